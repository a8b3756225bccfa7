import { LOOP_STREAM, LOOP_TICKED, VegaError, VERSION } from "@vega/contracts";
import { serveHealthReports, checkHealth, connectBus, consume, serve } from "@vega/messaging";
import type { Service } from "@vega/service-kit";
import { ConfigError, openInstruments, startService } from "@vega/service-kit";
import { setTimeout as delay } from "node:timers/promises";
import { accountStoreOf } from "./account-store.ts";
import type { Auth } from "./auth.ts";
import { createBackground } from "./background.ts";
import { createBootstrap } from "./bootstrap.ts";
import type { AuthConfig } from "./config.ts";
import { accountEndpoints } from "./handlers/accounts.ts";
import { apiKeyEndpoints } from "./handlers/api-keys.ts";
import { sessionEndpoints } from "./handlers/sessions.ts";
import { createHashQueue } from "./hash-queue.ts";
import { createLoginRecorder } from "./login-recorder.ts";
import { createMailer } from "./mail.ts";
import { createAuthMetrics } from "./metrics.ts";
import { createPasswords, passwordFault } from "./passwords.ts";
import { createSigningKeys } from "./signing-keys.ts";
import { createThrottle } from "./throttle.ts";
import { startUpkeep } from "./upkeep.ts";

/** Timeout of the preparation of the first login during the start; without state the start goes on. */
const PREPARE_MS = 1_000;
/** Timeout of work that goes on after its reply, during the stop. */
const LAST_WORK_MS = 3_000;
/** Registrations and links per address before the throttle delays them: an office may share one address. */
const FREE_LINKS = 20;

const elapsed = () => performance.now();

/** Accounts, sessions and API keys. Stores nothing itself; state does. */
export const startAuth = (config: AuthConfig): Promise<Service> =>
  startService(async (stack) => {
    const instruments = await openInstruments("auth", config);
    stack.use(instruments);
    const { log, metrics } = instruments;
    const { admin } = config;
    const fault = admin.password && (await passwordFault(admin.password, admin.username));
    if (fault) throw new ConfigError(`VEGA_ADMIN_PASSWORD: the password ${fault}`);
    const passwords = await createPasswords(config.bcryptCost, createHashQueue());
    const mailer = config.mail && createMailer(config.mail, config.publicUrl, log);
    if (!mailer) {
      log.info({}, "no SMTP_URL: links for new passwords are made by npm run reset-password");
    }

    const bus = await connectBus({ ...instruments, url: config.busUrl });
    stack.defer(() => bus.close());
    if (mailer) stack.defer(() => mailer.close());
    const store = accountStoreOf(bus);
    const background = createBackground(log);
    const auth: Auth = {
      log,
      config,
      store,
      passwords,
      keys: createSigningKeys({
        store,
        secret: config.secret,
        days: config.signingKeyDays,
        now: Date.now,
        log,
      }),
      notes: createLoginRecorder(store, elapsed, log),
      mailer,
      throttles: {
        passwords: createThrottle(),
        links: createThrottle({ free: FREE_LINKS }),
        mails: createThrottle(),
      },
      now: Date.now,
      elapsed,
      background: background.start,
    };
    const upkeep = startUpkeep({
      ...auth,
      bootstrap: createBootstrap({ store, passwords, config, log }),
      log,
    });
    stack.defer(() => upkeep.stop());
    // A mail server that hangs does not delay the stop for longer.
    stack.defer(() => Promise.race([background.ended(), pause(LAST_WORK_MS)]));
    const stopServing = await serve(
      bus,
      { name: "auth", version: VERSION, description: "Accounts, sessions and keys" },
      [
        ...accountEndpoints(auth),
        ...sessionEndpoints(auth, createAuthMetrics(metrics)),
        ...apiKeyEndpoints(auth),
      ],
    );
    stack.defer(stopServing);
    const stopTicks = consume(bus, {
      stream: LOOP_STREAM,
      subject: LOOP_TICKED.subject,
      data: LOOP_TICKED.data,
      durable: "auth",
      async handle() {
        // The work of a tick is idempotent, and the next tick repeats it after a failure.
        await upkeep.onTick().catch((error: unknown) => {
          const isAway = error instanceof VegaError && error.status === 503;
          log[isAway ? "debug" : "warn"]({ err: error }, "upkeep failed");
        });
        return "done";
      },
    });
    stack.defer(stopTicks);
    const started = performance.now();
    const report = () => ({
      service: "auth",
      ready: upkeep.isPrepared(),
      checks: { accounts: upkeep.state() },
      uptime_seconds: (performance.now() - started) / 1_000,
      signals: {},
    });
    stack.defer(serveHealthReports(bus, report));
    stack.defer(() => bus.closeIfDisconnected());
    await Promise.race([upkeep.prepared, pause(PREPARE_MS)]);

    return {
      log,
      metrics,
      health: () => checkHealth(bus, report),
      reportFatal: (error: unknown) => bus.reportFatal(error),
    };
  });

const pause = (ms: number) => delay(ms, undefined, { ref: false });

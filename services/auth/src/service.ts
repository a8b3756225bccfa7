import { LOOP_STREAM, LOOP_TICKED, VegaError } from "@vega/contracts";
import { answerReports, conditionOf, connectBus, consume, serve } from "@vega/messaging";
import type { Service } from "@vega/service-kit";
import { ConfigError, openInstruments } from "@vega/service-kit";
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
import { createLoginNotes } from "./login-notes.ts";
import { createMailer } from "./mail.ts";
import { createAuthMetrics } from "./metrics.ts";
import { createPasswords, passwordFault } from "./passwords.ts";
import { createSigningKeys } from "./signing-keys.ts";
import { createThrottle } from "./throttle.ts";
import { startUpkeep } from "./upkeep.ts";

/** How long a start waits for what the first login needs; without state it goes on without. */
const PREPARE_MS = 1_000;
/** How long an end waits for work that goes on after its answer. */
const LAST_WORK_MS = 3_000;
/** Registrations and links from one address before they are held up: an office may share one. */
const FREE_LINKS = 20;

const elapsed = () => performance.now();

/** Accounts, sessions and keys: who is who. Keeps nothing itself; state does. */
export async function startAuth(config: AuthConfig): Promise<Service> {
  const instruments = await openInstruments("auth", config);
  const { log, metrics } = instruments;
  const { admin } = config;
  const fault = admin.password && (await passwordFault(admin.password, admin.username));
  if (fault) throw new ConfigError(`VEGA_ADMIN_PASSWORD: the password ${fault}`);
  const passwords = await createPasswords(config.bcryptCost, createHashQueue());
  if (!config.mail) {
    log.info({}, "no SMTP_URL: links for new passwords are made by npm run reset-password");
  }

  const bus = await connectBus({ ...instruments, url: config.busUrl });
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
    notes: createLoginNotes(store, elapsed, log),
    mailer: config.mail && createMailer(config.mail, config.publicUrl, log),
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
  const stopServing = await serve(
    bus,
    { name: "auth", version: "0.1.0", description: "Accounts, sessions and keys" },
    [
      ...accountEndpoints(auth),
      ...sessionEndpoints(auth, createAuthMetrics(metrics)),
      ...apiKeyEndpoints(auth),
    ],
  );
  const stopTicks = consume(bus, {
    stream: LOOP_STREAM,
    subject: LOOP_TICKED.subject,
    data: LOOP_TICKED.data,
    durable: "auth",
    async handle() {
      // What a tick sets off can be done twice or late, and is done with the next one where it fails.
      await upkeep.onTick().catch((error: unknown) => {
        // State may be away, or not there yet.
        const isAway = error instanceof VegaError && error.status === 503;
        log[isAway ? "debug" : "warn"]({ err: error }, "upkeep failed");
      });
      return "done";
    },
  });
  const started = performance.now();
  const report = () => ({
    service: "auth",
    ready: upkeep.isPrepared(),
    checks: { accounts: upkeep.state() },
    uptime_seconds: (performance.now() - started) / 1_000,
    signals: {},
  });
  const stopReports = answerReports(bus, report);
  await Promise.race([upkeep.prepared, delay(PREPARE_MS, undefined, { ref: false })]);

  return {
    log,
    metrics,
    condition: () => conditionOf(bus, report),
    fault: (error) => bus.fault(error),
    async stop() {
      await bus.leave();
      stopReports();
      await stopTicks();
      await stopServing();
      // A mail server that hangs does not hold up the end.
      await Promise.race([background.ended(), delay(LAST_WORK_MS, undefined, { ref: false })]);
      await upkeep.stop();
      auth.mailer?.close();
      await bus.close();
      await instruments.tracer?.stop();
    },
  };
}

import { LOOP_STREAM, LOOP_TICKED } from "@vega/contracts";
import { answerReports, connectBus, consume, serve } from "@vega/messaging";
import type { Service } from "@vega/service-kit";
import { createLogger } from "@vega/service-kit";
import type { AuthConfig } from "./config.ts";

/** The room of accounts and sessions. Follows the iterations; who may do what comes from the gateway's token so far. */
export async function startAuth(config: AuthConfig): Promise<Service> {
  const log = createLogger("auth", config.logLevel);
  const bus = await connectBus({ url: config.busUrl, name: "auth", log });
  let iteration = 0;
  const stopServing = await serve(
    bus,
    { name: "auth", version: "0.1.0", description: "Accounts, sessions and keys" },
    [],
  );
  const stopTicks = consume(bus, {
    stream: LOOP_STREAM,
    subject: LOOP_TICKED.subject,
    data: LOOP_TICKED.data,
    durable: "auth",
    handle(tick) {
      // A tick may come twice, and late: only a newer one counts. Expired sessions will go here.
      if (tick.iteration > iteration) ({ iteration } = tick);
      return Promise.resolve("done");
    },
  });
  const started = performance.now();
  const stopReports = answerReports(bus, () => ({
    service: "auth",
    ready: true,
    checks: { iteration: `ok: ${iteration}` },
    uptime_seconds: (performance.now() - started) / 1_000,
    signals: {},
  }));
  return {
    log,
    async stop() {
      stopReports();
      await stopTicks();
      await stopServing();
      await bus.close();
    },
  };
}

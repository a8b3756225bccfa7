import { LOOP_STREAM, LOOP_TICKED } from "@vega/contracts";
import { answerReports, connectBus, consume, serve } from "@vega/messaging";
import type { Service } from "@vega/service-kit";
import { createErrorCollector, createLogger } from "@vega/service-kit";
import type { AiConfig } from "./config.ts";

/** The room of the models. Follows the iterations and reports on its providers, of which there are none yet. */
export async function startAi(config: AiConfig): Promise<Service> {
  const log = createLogger("ai", config.logLevel);
  const errors = createErrorCollector({ service: "ai" });
  const bus = await connectBus({ url: config.busUrl, name: "ai", log, errors });
  let iteration = 0;
  const stopServing = await serve(
    bus,
    { name: "ai", version: "0.1.0", description: "Models behind one interface" },
    [],
  );
  const stopTicks = consume(bus, {
    stream: LOOP_STREAM,
    subject: LOOP_TICKED.subject,
    data: LOOP_TICKED.data,
    durable: "ai",
    handle(tick) {
      // A tick may come twice, and late: only a newer one counts. Agents will run here.
      if (tick.iteration > iteration) ({ iteration } = tick);
      return Promise.resolve("done");
    },
  });
  const started = performance.now();
  const stopReports = answerReports(bus, () => ({
    service: "ai",
    ready: true,
    checks: { iteration: `ok: ${iteration}` },
    uptime_seconds: (performance.now() - started) / 1_000,
    signals: { ai: { providers: 0, providers_answering: 0 } },
  }));
  return {
    log,
    fault: (error) => bus.fault(error),
    async stop() {
      stopReports();
      await stopTicks();
      await stopServing();
      await bus.close();
    },
  };
}

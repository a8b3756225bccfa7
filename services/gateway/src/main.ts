import { connectBus } from "@vega/messaging";
import {
  createBusMeter,
  createErrorCollector,
  createLogger,
  createMetrics,
  openTracing,
  readEnv,
  run,
} from "@vega/service-kit";
import { envToConfig } from "./config.ts";
import { createGateway } from "./service.ts";

await run("gateway", async () => {
  const config = envToConfig(readEnv());
  const log = createLogger("gateway", config.logLevel);
  const errors = createErrorCollector({ service: "gateway" });
  const metrics = createMetrics();
  const meter = createBusMeter(metrics);
  const tracing = await openTracing("gateway", config.tracing, log);
  const connection = { url: config.busUrl, name: "gateway", log, errors, meter };
  const bus = await connectBus({ ...connection, tracer: tracing });
  return createGateway({ config, log, bus, metrics, tracing });
});

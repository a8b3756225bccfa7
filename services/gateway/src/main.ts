import { connectBus } from "@vega/messaging";
import { createErrorCollector, createLogger, readEnv, run } from "@vega/service-kit";
import { envToConfig } from "./config.ts";
import { createGateway } from "./service.ts";

await run("gateway", async () => {
  const config = envToConfig(readEnv());
  const log = createLogger("gateway", config.logLevel);
  const errors = createErrorCollector({ service: "gateway" });
  const bus = await connectBus({ url: config.busUrl, name: "gateway", log, errors });
  return createGateway({ config, log, bus });
});

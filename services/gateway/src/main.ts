import { readEnv, run } from "@vega/service-kit";
import { envToConfig } from "./config.ts";
import { startGateway } from "./service.ts";

await run("gateway", () => startGateway(envToConfig(readEnv())));

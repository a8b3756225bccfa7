import { readEnv, run } from "@vega/service-kit";
import { envToConfig } from "./config.ts";
import { startAi } from "./service.ts";

await run("ai", () => startAi(envToConfig(readEnv())));

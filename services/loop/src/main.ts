import { readEnv, run } from "@vega/service-kit";
import { envToConfig } from "./config.ts";
import { startLoop } from "./service.ts";

await run("loop", () => startLoop(envToConfig(readEnv())));

import { readEnv, run } from "@vega/service-kit";
import { envToConfig } from "./config.ts";
import { startState } from "./service.ts";

await run("state", () => startState(envToConfig(readEnv())));

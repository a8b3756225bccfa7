import { readEnv, run } from "@vega/service-kit";
import { envToConfig } from "./config.ts";
import { startAuth } from "./service.ts";

await run("auth", () => startAuth(envToConfig(readEnv())));

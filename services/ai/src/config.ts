import type { Env } from "@vega/service-kit";
import { commonEnvSchema, parseEnv } from "@vega/service-kit";

export interface AiConfig {
  readonly busUrl: string;
  readonly logLevel: string;
}

export function envToConfig(env: Env): AiConfig {
  const values = parseEnv(commonEnvSchema, env);
  return { busUrl: values.NATS_URL, logLevel: values.LOG_LEVEL };
}

import type { Env } from "@vega/service-kit";
import { commonEnvSchema, parseEnv, wholeNumber } from "@vega/service-kit";

export interface LoopConfig {
  readonly busUrl: string;
  readonly logLevel: string;
  readonly timeScale: number;
  /** How long a leader that fell silent keeps the lease, in milliseconds. */
  readonly leaseMs: number;
}

const envSchema = commonEnvSchema.extend({ VEGA_LOOP_LEASE_MS: wholeNumber(3_000) });

export function envToConfig(env: Env): LoopConfig {
  const values = parseEnv(envSchema, env);
  return {
    busUrl: values.NATS_URL,
    logLevel: values.LOG_LEVEL,
    timeScale: values.LOOP_TIME_SCALE,
    leaseMs: values.VEGA_LOOP_LEASE_MS,
  };
}

import type { Env, TracingConfig } from "@vega/service-kit";
import { commonEnvSchema, parseEnv, wholeNumber, readTracing } from "@vega/service-kit";

export interface LoopConfig {
  readonly busUrl: string;
  /** Copies of each stream that this service makes. */
  readonly streamReplicas: number;
  readonly logLevel: string;
  /** Undefined: tracing is off. */
  readonly tracing: TracingConfig | undefined;
  readonly timeScale: number;
  /** Lifetime of the lease without renewal, ms */
  readonly leaseMs: number;
}

const envSchema = commonEnvSchema.extend({ VEGA_LOOP_LEASE_MS: wholeNumber(3_000) });

export function envToConfig(env: Env): LoopConfig {
  const values = parseEnv(envSchema, env);
  return {
    busUrl: values.NATS_URL,
    streamReplicas: values.NATS_STREAM_REPLICAS,
    logLevel: values.LOG_LEVEL,
    tracing: readTracing(env),
    timeScale: values.LOOP_TIME_SCALE,
    leaseMs: values.VEGA_LOOP_LEASE_MS,
  };
}

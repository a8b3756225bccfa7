import type { Env, TracingConfig } from "@vega/service-kit";
import { commonEnvSchema, parseEnv, readTracing } from "@vega/service-kit";
import { z } from "zod";

export interface AiConfig {
  readonly busUrl: string;
  readonly logLevel: string;
  /** Undefined: tracing is disabled. */
  readonly tracing: TracingConfig | undefined;
  readonly grpc: {
    /** `host:port`; port 0: a free port. */
    readonly listen: string;
    /** Shared secret of the gateway and this service. */
    readonly token: string;
  };
  readonly agents: {
    /** Timeout of a run, ms. */
    readonly runMs: number;
    /** Concurrent scheduled runs. */
    readonly atOnce: number;
  };
  /** For keys of providers and VEGA_PROVIDERS_FILE: the providers file names the variables. */
  readonly env: Env;
}

const envSchema = commonEnvSchema.extend({
  AI_GRPC_LISTEN: z
    .string()
    .regex(/^\S+:\d{1,5}$/, "must be host:port, such as 127.0.0.1:5051")
    .default("127.0.0.1:0"),
  VEGA_AGENT_RUN_SECONDS: z.coerce.number().int().min(1).max(1_800).default(120),
  VEGA_AGENTS_AT_ONCE: z.coerce.number().int().min(1).max(100).default(4),
  VEGA_INTERNAL_TOKEN: z
    .string("is missing; set the same value for gateway and ai")
    .min(16, "must have at least 16 characters")
    .regex(/^[\x21-\x7e]*$/, "must be printable ASCII without spaces"),
});

/** Throws ConfigError with the name of each invalid variable. */
export function envToConfig(env: Env): AiConfig {
  const values = parseEnv(envSchema, env);
  return {
    busUrl: values.NATS_URL,
    logLevel: values.LOG_LEVEL,
    tracing: readTracing(env),
    grpc: { listen: values.AI_GRPC_LISTEN, token: values.VEGA_INTERNAL_TOKEN },
    agents: { runMs: values.VEGA_AGENT_RUN_SECONDS * 1_000, atOnce: values.VEGA_AGENTS_AT_ONCE },
    env,
  };
}

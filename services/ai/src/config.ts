import type { Env, TracingConfig } from "@vega/service-kit";
import { commonEnvSchema, parseEnv, readTracing } from "@vega/service-kit";
import { z } from "zod";

export interface AiConfig {
  readonly busUrl: string;
  readonly logLevel: string;
  /** Undefined: no traces are wanted. */
  readonly tracing: TracingConfig | undefined;
  readonly grpc: {
    /** `host:port`; port 0 takes one that is free. */
    readonly listen: string;
    /** What callers have to know. */
    readonly token: string;
  };
  readonly agents: {
    /** How long a run may take, in milliseconds. */
    readonly runMs: number;
    /** Scheduled runs at once. */
    readonly atOnce: number;
  };
  /** Keys of providers, and where their file is: which names they have is for that file to say. */
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
    .string("is missing; gateway and ai know each other by it: give both the same")
    .min(16, "must have at least 16 characters")
    .regex(/^[\x21-\x7e]*$/, "must be printable ASCII without spaces"),
});

/** Throws ConfigError naming each variable at fault. */
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

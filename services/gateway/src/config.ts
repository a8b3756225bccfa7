import type { Env } from "@vega/service-kit";
import { commonEnvSchema, parseEnv, wholeNumber } from "@vega/service-kit";
import { z } from "zod";

export interface GatewayConfig {
  readonly busUrl: string;
  readonly logLevel: string;
  readonly http: { readonly host: string; readonly port: number };
  /** Who carries it as a bearer token may write. */
  readonly adminToken: string;
  readonly limits: {
    readonly bodyBytes: number;
    readonly importBytes: number;
    /** An answer that takes longer is not served well; see the alpha core. */
    readonly latencyGoalMs: number;
  };
  readonly sse: SseConfig;
}

export interface SseConfig {
  /** Events kept in memory for clients that come back. */
  readonly ringSize: number;
  /** Bytes that may wait for a client; a slower one is cut off. */
  readonly maxBufferedBytes: number;
  readonly heartbeatMs: number;
  readonly maxClients: number;
}

const MEBIBYTE = 1024 * 1024;
const MIN_TOKEN_LENGTH = 16;

const envSchema = commonEnvSchema.extend({
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number("must be a number").int().min(0).max(65_535).default(5_000),
  VEGA_ADMIN_TOKEN: z
    .string("is missing; it is the bearer token that may write")
    .min(MIN_TOKEN_LENGTH, `must have at least ${MIN_TOKEN_LENGTH} characters`)
    .regex(/^[\x21-\x7e]*$/, "must be printable ASCII without spaces"),
  VEGA_BODY_BYTES: wholeNumber(MEBIBYTE),
  VEGA_IMPORT_BYTES: wholeNumber(8 * MEBIBYTE),
  VEGA_LATENCY_GOAL_MS: wholeNumber(250),
  VEGA_SSE_RING: wholeNumber(4_096),
  VEGA_SSE_BUFFER_BYTES: wholeNumber(MEBIBYTE),
  VEGA_SSE_HEARTBEAT_MS: wholeNumber(15_000),
  VEGA_SSE_MAX_CLIENTS: wholeNumber(20_000),
});

/** Throws ConfigError naming each variable at fault. */
export function envToConfig(env: Env): GatewayConfig {
  const values = parseEnv(envSchema, env);
  return {
    busUrl: values.NATS_URL,
    logLevel: values.LOG_LEVEL,
    http: { host: values.HOST, port: values.PORT },
    adminToken: values.VEGA_ADMIN_TOKEN,
    limits: {
      bodyBytes: values.VEGA_BODY_BYTES,
      importBytes: values.VEGA_IMPORT_BYTES,
      latencyGoalMs: values.VEGA_LATENCY_GOAL_MS,
    },
    sse: {
      ringSize: values.VEGA_SSE_RING,
      maxBufferedBytes: values.VEGA_SSE_BUFFER_BYTES,
      heartbeatMs: values.VEGA_SSE_HEARTBEAT_MS,
      maxClients: values.VEGA_SSE_MAX_CLIENTS,
    },
  };
}

import type { Env, TracingConfig } from "@vega/service-kit";
import { commonEnvSchema, parseEnv, wholeNumber, readTracing } from "@vega/service-kit";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

export interface GatewayConfig {
  readonly busUrl: string;
  readonly logLevel: string;
  /** Undefined: tracing is disabled. */
  readonly tracing: TracingConfig | undefined;
  readonly http: { readonly host: string; readonly port: number };
  /** Bearer token of an administrator without an account. */
  readonly adminToken: string;
  /** Default username of POST /api/admin/login. */
  readonly adminUsername: string;
  /** Anonymous callers may read the crystal. */
  readonly publicReads: boolean;
  /** Public base URL of this server, if configured. */
  readonly publicUrl: string | undefined;
  /** The build of the console. */
  readonly consoleFolder: string;
  /** Origins besides the server itself whose pages may write with the session cookie. */
  readonly allowedOrigins: ReadonlySet<string>;
  /** Addresses or ranges of proxies whose X-Forwarded-* headers are trusted; false: none. */
  readonly trustedProxies: readonly string[] | false;
  readonly inference: {
    /** gRPC target of the ai service; undefined: looked up over the bus. */
    readonly url: string | undefined;
    /** Shared secret of gateway and ai. */
    readonly token: string;
  };
  readonly limits: {
    readonly bodyBytes: number;
    /** Limit for chat bodies, which may contain images. */
    readonly chatBytes: number;
    readonly importBytes: number;
    /** Responses above this latency lower the alpha core. */
    readonly latencyGoalMs: number;
  };
  readonly library: LibraryConfig;
  readonly sse: SseConfig;
  readonly analytics: {
    readonly enabled: boolean;
    /** Time from the first count to its report. */
    readonly periodMs: number;
  };
  /** Whether the platform's own whitepapers are offered. */
  readonly offerWhitepapers: boolean;
}

/** Limits of uploads. */
export interface LibraryConfig {
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Pixels of one picture. */
  readonly imagePixels: number;
}

export interface SseConfig {
  /** Events kept in memory for reconnecting clients. */
  readonly ringSize: number;
  /** Maximum of buffered bytes per client; above it the client is disconnected. */
  readonly maxBufferedBytes: number;
  readonly heartbeatMs: number;
  readonly maxClients: number;
}

const MEBIBYTE = 1024 * 1024;
const MIN_TOKEN_LENGTH = 16;

/** An address, a range, or a name known to the proxy-addr library. */
function isProxy(text: string): boolean {
  if (["loopback", "linklocal", "uniquelocal"].includes(text)) return true;
  const [address = "", bits, more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more !== undefined) return false;
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

const envSchema = commonEnvSchema.extend({
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number("must be a number").int().min(0).max(65_535).default(5_000),
  VEGA_ADMIN_TOKEN: z
    .string("is missing; it is the bearer token of the administrator")
    .min(MIN_TOKEN_LENGTH, `must have at least ${MIN_TOKEN_LENGTH} characters`)
    .regex(/^[\x21-\x7e]*$/, "must be printable ASCII without spaces"),
  VEGA_ADMIN_USERNAME: z.string().default("admin"),
  AI_GRPC_URL: z.string().min(1).optional(),
  VEGA_INTERNAL_TOKEN: z
    .string("is missing; gateway and ai need the same value")
    .min(MIN_TOKEN_LENGTH, `must have at least ${MIN_TOKEN_LENGTH} characters`)
    .regex(/^[\x21-\x7e]*$/, "must be printable ASCII without spaces"),
  VEGA_PUBLIC_READS: z.stringbool("must be true or false").optional(),
  VEGA_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "must be an http or https URL" })
    .optional(),
  VEGA_CONSOLE_DIR: z
    .string()
    .min(1)
    .transform((folder) => resolve(folder))
    .default(fileURLToPath(new URL("../../../apps/console/dist", import.meta.url))),
  VEGA_ALLOWED_ORIGINS: z
    .string()
    .default("")
    .transform((text) => text.split(",").filter((part) => part.trim() !== ""))
    .pipe(z.array(z.url("must be origins such as https://vega.example.org, separated by commas"))),
  VEGA_TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .refine(
      (parts) => parts.every(isProxy),
      "must be addresses or ranges such as 10.0.0.0/8, separated by commas",
    )
    .optional(),
  VEGA_BODY_BYTES: wholeNumber(MEBIBYTE),
  VEGA_CHAT_BYTES: wholeNumber(16 * MEBIBYTE),
  VEGA_IMPORT_BYTES: wholeNumber(8 * MEBIBYTE),
  VEGA_LATENCY_GOAL_MS: wholeNumber(250),
  VEGA_ANALYTICS: z.stringbool("must be true or false").default(true),
  VEGA_ANALYTICS_SECONDS: wholeNumber(7),
  VEGA_LIBRARY_FILE_BYTES: wholeNumber(256 * MEBIBYTE),
  VEGA_LIBRARY_IMAGE_PIXELS: wholeNumber(50_000_000),
  VEGA_SSE_RING: wholeNumber(4_096),
  VEGA_SSE_BUFFER_BYTES: wholeNumber(MEBIBYTE),
  VEGA_SSE_HEARTBEAT_MS: wholeNumber(15_000),
  VEGA_SSE_MAX_CLIENTS: wholeNumber(20_000),
  VEGA_OFFER_WHITEPAPERS: z.stringbool("must be true or false").default(true),
});

/** Reachable from this machine only, so reads are public by default. */
const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(\.\d+){3}$/.test(host);

/** Throws ConfigError with each invalid variable. */
export function envToConfig(env: Env): GatewayConfig {
  const values = parseEnv(envSchema, env);
  return {
    busUrl: values.NATS_URL,
    logLevel: values.LOG_LEVEL,
    tracing: readTracing(env),
    http: { host: values.HOST, port: values.PORT },
    adminToken: values.VEGA_ADMIN_TOKEN,
    adminUsername: values.VEGA_ADMIN_USERNAME,
    publicReads: values.VEGA_PUBLIC_READS ?? isLoopback(values.HOST),
    publicUrl: values.VEGA_PUBLIC_URL,
    consoleFolder: values.VEGA_CONSOLE_DIR,
    allowedOrigins: new Set(
      [...values.VEGA_ALLOWED_ORIGINS, values.VEGA_PUBLIC_URL ?? []]
        .flat()
        .map((url) => new URL(url).origin),
    ),
    trustedProxies: values.VEGA_TRUSTED_PROXIES ?? false,
    inference: { url: values.AI_GRPC_URL, token: values.VEGA_INTERNAL_TOKEN },
    limits: {
      bodyBytes: values.VEGA_BODY_BYTES,
      chatBytes: values.VEGA_CHAT_BYTES,
      importBytes: values.VEGA_IMPORT_BYTES,
      latencyGoalMs: values.VEGA_LATENCY_GOAL_MS,
    },
    library: {
      fileBytes: values.VEGA_LIBRARY_FILE_BYTES,
      imagePixels: values.VEGA_LIBRARY_IMAGE_PIXELS,
    },
    sse: {
      ringSize: values.VEGA_SSE_RING,
      maxBufferedBytes: values.VEGA_SSE_BUFFER_BYTES,
      heartbeatMs: values.VEGA_SSE_HEARTBEAT_MS,
      maxClients: values.VEGA_SSE_MAX_CLIENTS,
    },
    analytics: {
      enabled: values.VEGA_ANALYTICS,
      periodMs: values.VEGA_ANALYTICS_SECONDS * 1_000,
    },
    offerWhitepapers: values.VEGA_OFFER_WHITEPAPERS,
  };
}

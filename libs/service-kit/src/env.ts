import { readFileSync } from "node:fs";
import { z } from "zod";

/** Invalid environment or configuration, which no restart repairs: the process ends with EX_CONFIG. */
export class ConfigError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ConfigError";
  }
}

export type Env = Readonly<Record<string, string | undefined>>;

/** Variables that may be read from a file. */
const SECRETS =
  /^(VEGA_[A-Z0-9_]+|(NATS|MONGODB)_(URL|PASSWORD)|SMTP_URL|OTEL_EXPORTER_OTLP_HEADERS)$/;

/**
 * A copy of the process's environment without empty values. `NAME_FILE` names a file with the value of NAME, for
 * secrets. Throws ConfigError where such a file can't be read or both variables are set.
 */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) if (value) env[name] = value;
  for (const [name, path] of Object.entries(env)) {
    if (!name.endsWith("_FILE")) continue;
    const target = name.slice(0, -"_FILE".length);
    // Other variables end in _FILE by coincidence; this one names a file to be read by the ai service.
    if (target === "VEGA_PROVIDERS") continue;
    if (!SECRETS.test(target)) continue;
    if (env[target]) throw new ConfigError(`both ${target} and ${name} are set; keep one`);
    try {
      env[target] = readFileSync(path, "utf8").trim();
    } catch (cause) {
      throw new ConfigError(`${name}: can't read ${path}`, { cause });
    }
  }
  if (env.NATS_URL) env.NATS_URL = withBusUser(env.NATS_URL, env);
  if (env.MONGODB_URL) env.MONGODB_URL = withUser(env.MONGODB_URL, "MONGODB", env);
  return env;
}

/**
 * The URL of the bus with NATS_USER and NATS_PASSWORD, unescaped values, in place of its own credentials. Several servers
 * are separated by commas; the credentials of the first apply to all.
 */
export const withBusUser = (url: string, env: Env): string => withUser(url, "NATS", env);

function withUser(url: string, what: "NATS" | "MONGODB", env: Env): string {
  const [user, password] = [env[`${what}_USER`], env[`${what}_PASSWORD`]];
  if (!user && !password) return url;
  if (!user || !password) {
    throw new ConfigError(`${what}_USER and ${what}_PASSWORD go together; set both or none`);
  }
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return url.replace(/^(\s*[a-z+]+:\/\/)([^@/,]*@)?/, `$1${credentials}@`);
}

/** Validates environment values; throws ConfigError naming each invalid variable. */
export function parseEnv<Schema extends z.ZodType>(schema: Schema, env: Env): z.output<Schema> {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  // One message may describe several rules that a value breaks.
  throw new ConfigError([...new Set(issues)].join("; "));
}

const REPLICAS = "must be a whole number from 1 to 5";
const TIME_SCALE = "must be a number above 0, at most 100";
/** The longest delay of a timer, ms; no other number needs a higher limit. */
const LARGEST = 2 ** 31 - 1;
const WHOLE_NUMBER = `must be a whole number from 1 to ${LARGEST}`;

/** Variables that every service reads. */
export const commonEnvSchema = z.object({
  NATS_URL: z.string("is missing; it names the bus, as nats://host:4222"),
  /** Replicas of each stream on the bus: 3 in a cluster of three servers. */
  NATS_STREAM_REPLICAS: z.coerce
    .number(REPLICAS)
    .int(REPLICAS)
    .min(1, REPLICAS)
    .max(5, REPLICAS)
    .default(1),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  VEGA_DATA_DIR: z.string().default("./data"),
  /** Factor of the loop's times: 0.01 is a hundred times faster. */
  LOOP_TIME_SCALE: z.coerce.number(TIME_SCALE).positive(TIME_SCALE).max(100, TIME_SCALE).default(1),
});

/** A positive whole number with a default. */
export const wholeNumber = (fallback: number) =>
  z.coerce
    .number(WHOLE_NUMBER)
    .int(WHOLE_NUMBER)
    .min(1, WHOLE_NUMBER)
    .max(LARGEST, WHOLE_NUMBER)
    .default(fallback);

import { readFileSync } from "node:fs";
import { z } from "zod";

/** Environment or configuration that a restart does not mend: the process ends with EX_CONFIG. */
export class ConfigError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ConfigError";
  }
}

export type Env = Readonly<Record<string, string | undefined>>;

/** What may come in a file. */
const SECRETS =
  /^(VEGA_[A-Z0-9_]+|(NATS|MONGODB)_(URL|PASSWORD)|SMTP_URL|OTEL_EXPORTER_OTLP_HEADERS)$/;

/**
 * The process's environment as it was at this moment, empty values left out. `NAME_FILE` names a file that
 * holds the value of NAME, for secrets.
 * Throws ConfigError where such a file can't be read or both are set.
 */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) if (value) env[name] = value;
  for (const [name, path] of Object.entries(env)) {
    if (!name.endsWith("_FILE")) continue;
    const target = name.slice(0, -"_FILE".length);
    // Only secrets come in files; other variables may happen to end the same way.
    // And this one is about the file itself.
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
 * The URL of the bus with NATS_USER and NATS_PASSWORD in it, which need no escapes, in the place of what it says itself.
 * Several servers are separated by commas; the first one's user is the user of all.
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

/** Validates environment values; throws ConfigError naming each variable at fault. */
export function parseEnv<Schema extends z.ZodType>(schema: Schema, env: Env): z.output<Schema> {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  // A value may break more than one part of a rule that is told as a whole.
  throw new ConfigError([...new Set(faults)].join("; "));
}

const REPLICAS = "must be a whole number from 1 to 5";
const TIME_SCALE = "must be a number above 0, at most 100";
/** The longest delay of a timer, in milliseconds; also beyond what any of the other numbers is good for. */
const LARGEST = 2 ** 31 - 1;
const WHOLE_NUMBER = `must be a whole number from 1 to ${LARGEST}`;

/** Variables that every service reads. */
export const commonEnvSchema = z.object({
  NATS_URL: z.string("is missing; it names the bus, as nats://host:4222"),
  /** Copies of each stream on the bus: 3 in a cluster of three servers. */
  NATS_STREAM_REPLICAS: z.coerce
    .number(REPLICAS)
    .int(REPLICAS)
    .min(1, REPLICAS)
    .max(5, REPLICAS)
    .default(1),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  VEGA_DATA_DIR: z.string().default("./data"),
  /** 1 = real seconds, 0.01 = a hundred times faster. */
  LOOP_TIME_SCALE: z.coerce.number(TIME_SCALE).positive(TIME_SCALE).max(100, TIME_SCALE).default(1),
});

/** A whole number that counts, measures or delays something, with a default. */
export const wholeNumber = (fallback: number) =>
  z.coerce
    .number(WHOLE_NUMBER)
    .int(WHOLE_NUMBER)
    .min(1, WHOLE_NUMBER)
    .max(LARGEST, WHOLE_NUMBER)
    .default(fallback);

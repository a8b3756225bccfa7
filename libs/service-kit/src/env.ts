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
    if (!/^(VEGA_[A-Z_]+|NATS_URL|MONGODB_URL)$/.test(target)) continue;
    if (env[target]) throw new ConfigError(`both ${target} and ${name} are set; keep one`);
    try {
      env[target] = readFileSync(path, "utf8").trim();
    } catch (cause) {
      throw new ConfigError(`${name}: can't read ${path}`, { cause });
    }
  }
  return env;
}

/** Validates environment values; throws ConfigError naming each variable at fault. */
export function parseEnv<Schema extends z.ZodType>(schema: Schema, env: Env): z.output<Schema> {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new ConfigError(faults.join("; "));
}

const positive = z.coerce.number("must be a number").positive("must be more than 0");

/** Variables that every service reads. */
export const commonEnvSchema = z.object({
  NATS_URL: z.string("is missing; it names the bus, as nats://host:4222"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  VEGA_DATA_DIR: z.string().default("./data"),
  /** 1 = real seconds, 0.01 = a hundred times faster. */
  LOOP_TIME_SCALE: positive.max(100, "must be at most 100").default(1),
});

/** A positive whole number with a default. */
export const wholeNumber = (fallback: number) =>
  z.coerce.number("must be a number").int("must be a whole number").positive().default(fallback);

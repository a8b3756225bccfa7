import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OperatorError } from "./operator-error.ts";

/** Environment variables; empty ones are left out, so `NAME=` in `.env` means "not set". */
export type Env = Readonly<Record<string, string | undefined>>;

/** Secrets that the supervisor or a script itself reads and that may come in a file, named by NAME_FILE. */
const SECRETS = [
  "VEGA_ADMIN_TOKEN",
  "NATS_URL",
  "NATS_PASSWORD",
  "MONGODB_URL",
  "VEGA_S3_KEY_ID",
  "VEGA_S3_SECRET",
];

/**
 * The environment with the root's `.env` added, which does not override what is set already.
 * @throws OperatorError when a file can't be read.
 */
export function loadEnvironment(root: string): Env {
  const file = join(root, ".env");
  try {
    if (existsSync(file)) process.loadEnvFile(file);
  } catch (cause) {
    throw new OperatorError(`can't read ${file}: ${(cause as Error).message}`, { cause });
  }
  return withSecretFiles(process.env, (path) => readFileSync(path, "utf8"));
}

/**
 * Variables that look like settings of VEGA's and are none, which a slip of the pen is.
 * @param example the text of .env.example, where all have a line
 */
export function unknownSettings(env: Env, example: string): string[] {
  const known = new Set([...example.matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name));
  // Keys of providers are called as anybody likes.
  const names = Object.keys(env).filter((name) => /^VEGA_(?!.*_KEY$)/.test(name));
  return names.filter((name) => !known.has(name) && !known.has(name.replace(/_FILE$/, "")));
}

/** The same, by the .env.example of a checkout. */
export const mistypedSettings = (env: Env, root: string): string[] =>
  unknownSettings(env, readFileSync(join(root, ".env.example"), "utf8"));

/**
 * Puts the content of NAME_FILE in the place of NAME.
 * @throws OperatorError when both are set or the file can't be read.
 */
export function withSecretFiles(source: Env, read: (path: string) => string): Env {
  const env = Object.fromEntries(Object.entries(source).filter(([, value]) => value));
  for (const name of SECRETS) {
    const path = env[`${name}_FILE`];
    if (!path) continue;
    if (env[name]) throw new OperatorError(`both ${name} and ${name}_FILE are set; keep one`);
    try {
      env[name] = read(path).trim();
    } catch (cause) {
      throw new OperatorError(`${name}_FILE: can't read ${path}`, { cause });
    }
    if (!env[name]) throw new OperatorError(`${name}_FILE: ${path} is empty`);
    delete env[`${name}_FILE`];
  }
  return env;
}

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { SettingsError } from "./operator-error.ts";

/** Environment variables; empty ones are left out, so `NAME=` in `.env` means "not set". */
export type Env = Readonly<Record<string, string | undefined>>;

/** Secrets that the supervisor or a command reads, as NAME or from the file NAME_FILE. */
const SECRETS = [
  "VEGA_ADMIN_TOKEN",
  "NATS_URL",
  "NATS_PASSWORD",
  "MONGODB_URL",
  "VEGA_S3_KEY_ID",
  "VEGA_S3_SECRET",
];

/**
 * The environment and the root's `.env`; the environment takes precedence. Relative paths start at the root.
 * @throws SettingsError when a file can't be read
 */
export function loadEnvironment(root: string): Env {
  const file = join(root, ".env");
  try {
    if (existsSync(file)) process.loadEnvFile(file);
  } catch (cause) {
    throw new SettingsError(`can't read ${file}: ${(cause as Error).message}`, { cause });
  }
  return withSecretFiles(process.env, (path) => readFileSync(resolve(root, path), "utf8"));
}

/**
 * Variables named like settings of VEGA that do not exist: probably misspelt.
 * @param example the text of .env.example, which lists all settings
 */
export function unknownSettings(env: Env, example: string): string[] {
  const known = new Set([...example.matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name));
  // Keys of providers may have any name.
  const names = Object.keys(env).filter((name) => /^VEGA_(?!.*_KEY$)/.test(name));
  return names.filter((name) => !known.has(name) && !known.has(name.replace(/_FILE$/, "")));
}

/** The unknown settings by the .env.example of a checkout. */
export const mistypedSettings = (env: Env, root: string): string[] =>
  unknownSettings(env, readFileSync(join(root, ".env.example"), "utf8"));

/**
 * Replaces NAME_FILE by NAME with the content of the file.
 * @throws SettingsError when both are set or the file can't be read
 */
export function withSecretFiles(source: Env, read: (path: string) => string): Env {
  const env = Object.fromEntries(Object.entries(source).filter(([, value]) => value));
  for (const name of SECRETS) {
    const path = env[`${name}_FILE`];
    if (!path) continue;
    if (env[name]) throw new SettingsError(`both ${name} and ${name}_FILE are set; keep one`);
    try {
      env[name] = read(path).trim();
    } catch (cause) {
      throw new SettingsError(`${name}_FILE: can't read ${path}`, { cause });
    }
    if (!env[name]) throw new SettingsError(`${name}_FILE: ${path} is empty`);
    delete env[`${name}_FILE`];
  }
  return env;
}

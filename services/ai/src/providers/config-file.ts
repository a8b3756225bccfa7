import type { Env, Logger } from "@vega/service-kit";
import { ConfigError } from "@vega/service-kit";
import { readFileSync, statSync } from "node:fs";
import type { ProviderConfig, ProvidersFile } from "./config.ts";
import { parseProviders } from "./config.ts";
import { providersFromEnv } from "./from-env.ts";

/** Where it is looked for when VEGA_PROVIDERS_FILE names none. */
export const DEFAULT_FILE = "config/providers.json";

/** What is in force: the file, and the key of each provider that names one and has it. */
export interface ProvidersInForce {
  readonly file: ProvidersFile;
  readonly keys: ReadonlyMap<string, string>;
}

export interface ConfigFile {
  current(): ProvidersInForce;
  /** Looks whether something changed. What is broken is logged, and what was in force stays so. */
  check(): void;
  close(): void;
}

export interface ConfigFileOptions {
  readonly env: Env;
  readonly log: Pick<Logger, "info" | "error">;
  readonly onChange: (inForce: ProvidersInForce) => void;
  /** Milliseconds between looks; fs.watch misses what editors and container mounts do. */
  readonly pollMs?: number;
}

/** Reads the file and follows it. Throws ConfigError that names the file, the place in it and what to do. */
export function openConfigFile(options: ConfigFileOptions): ConfigFile {
  const { env, log } = options;
  const named = env.VEGA_PROVIDERS_FILE;
  const path = named ?? DEFAULT_FILE;
  let inForce = load(path, named !== undefined, env);
  let seen = fingerprint(path, inForce.file);

  const check = () => {
    const now = fingerprint(path, inForce.file);
    if (now === seen) return;
    seen = now;
    try {
      // A file that is gone is no wish to go without providers.
      if (stamp(path) === "-") throw new ConfigError(`${path} is gone; put it back`);
      inForce = load(path, true, env);
      // The new file may name other files of keys.
      seen = fingerprint(path, inForce.file);
    } catch (error) {
      const reason = error instanceof ConfigError ? error.message : String(error);
      log.error({ reason }, "the providers stay as they were");
      return;
    }
    log.info({ providers: inForce.file.providers.map(({ id }) => id) }, "the providers are new");
    options.onChange(inForce);
  };
  const timer = setInterval(check, options.pollMs ?? 2_000).unref();
  return { current: () => inForce, check, close: () => clearInterval(timer) };
}

/** @param needed whether the file has to be there */
function load(path: string, needed: boolean, env: Env): ProvidersInForce {
  if (!needed && stamp(path) === "-") {
    const file = providersFromEnv(env);
    return { file, keys: keysOf(file, env) };
  }
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new ConfigError(`can't read ${path}; VEGA_PROVIDERS_FILE names another place`, { cause });
  }
  const result = parseProviders(text);
  if ("faults" in result) throw new ConfigError(`${path}: ${result.faults.join("; ")}`);
  return { file: result.file, keys: keysOf(result.file, env) };
}

function keysOf(file: ProvidersFile, env: Env): Map<string, string> {
  const keys = new Map<string, string>();
  for (const provider of file.providers) {
    const key = keyOf(provider, env);
    if (key) keys.set(provider.id, key);
  }
  return keys;
}

function keyOf(provider: ProviderConfig, env: Env): string | undefined {
  const { id, api_key_env, api_key_file } = provider;
  if (api_key_env !== undefined) return env[api_key_env]?.trim();
  if (api_key_file === undefined) return undefined;
  try {
    return readFileSync(api_key_file, "utf8").trim();
  } catch (cause) {
    const what = `the api_key_file of "${id}", ${api_key_file}, can't be read; put the key there`;
    throw new ConfigError(what, { cause });
  }
}

/** Changes with any of the files. */
function fingerprint(path: string, { providers }: ProvidersFile): string {
  const files = providers.flatMap(({ api_key_file }) => api_key_file ?? []);
  return [path, ...files].map(stamp).join(" ");
}

/** "-" where there is none. */
function stamp(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs}:${stats.size}:${stats.ino}` : "-";
}

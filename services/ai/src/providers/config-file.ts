import type { Env, Logger } from "@vega/service-kit";
import { ConfigError, startBackgroundTask } from "@vega/service-kit";
import { readFileSync, statSync } from "node:fs";
import type { ProviderConfig, ProvidersFile } from "./config.ts";
import { parseProviders } from "./config.ts";
import { providersFromEnv } from "./from-env.ts";

/** Default of VEGA_PROVIDERS_FILE. */
export const DEFAULT_FILE = "config/providers.json";

/** The active configuration. */
export interface ProvidersInForce {
  readonly file: ProvidersFile;
  /** Keys by provider id; a provider without credentials or with a missing key has none. */
  readonly keys: ReadonlyMap<string, string>;
}

export interface ConfigFile {
  current(): ProvidersInForce;
  /** Reloads changed files. An invalid file is logged and the active configuration stays. */
  check(): void;
  close(): void;
}

export interface ConfigFileOptions {
  readonly env: Env;
  readonly log: Pick<Logger, "info" | "error">;
  readonly onChange: (inForce: ProvidersInForce) => void;
  /** Poll interval, ms; fs.watch misses changes by editors and in container mounts. */
  readonly pollMs?: number;
}

/** Reads the file and follows its changes. Throws ConfigError with the file, the place in it and the remedy. */
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
      // A deleted file is more likely a mistake than a removal of all providers.
      if (stamp(path) === "-") throw new ConfigError(`${path} is missing; restore it`);
      inForce = load(path, true, env);
      // The new file may name other key files.
      seen = fingerprint(path, inForce.file);
    } catch (error) {
      const reason = error instanceof ConfigError ? error.message : String(error);
      log.error({ reason }, "provider config reload failed");
      return;
    }
    log.info({ providers: inForce.file.providers.map(({ id }) => id) }, "provider config reloaded");
    options.onChange(inForce);
  };
  const { stop } = startBackgroundTask({
    name: "provider config watch",
    every: options.pollMs ?? 2_000,
    immediate: false,
    run: check,
    onError(error, { failures }) {
      if (failures === 1) log.error({ err: error }, "provider config can't be checked; retrying");
    },
  });
  return { current: () => inForce, check, close: () => void stop() };
}

/** @param needed whether a missing file is an error */
function load(path: string, needed: boolean, env: Env): ProvidersInForce {
  if (!needed && stamp(path) === "-") {
    const file = providersFromEnv(env);
    return { file, keys: keysOf(file, env) };
  }
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new ConfigError(`can't read ${path}; set VEGA_PROVIDERS_FILE for another path`, {
      cause,
    });
  }
  const result = parseProviders(text);
  if ("issues" in result) throw new ConfigError(`${path}: ${result.issues.join("; ")}`);
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
    const message = `the api_key_file of "${id}", ${api_key_file}, can't be read; put the key there`;
    throw new ConfigError(message, { cause });
  }
}

/** Differs after a change of any of the files. */
function fingerprint(path: string, { providers }: ProvidersFile): string {
  const files = providers.flatMap(({ api_key_file }) => api_key_file ?? []);
  return [path, ...files].map(stamp).join(" ");
}

/** "-": the file does not exist. */
function stamp(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs}:${stats.size}:${stats.ino}` : "-";
}

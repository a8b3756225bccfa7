import type { StateConfig } from "@vega/state";
import type { Env } from "@vega/supervisor/environment";
import { loadEnvironment } from "@vega/supervisor/environment";
import type { Settings } from "@vega/supervisor/settings";
import { readSettings } from "@vega/supervisor/settings";

/** The database that the settings name. */
export interface ConfiguredDatabase {
  readonly env: Env;
  readonly settings: Settings;
  readonly store: StateConfig["store"];
}

/** @throws SettingsError */
export function configuredDatabase(root: string): ConfiguredDatabase {
  const env = loadEnvironment(root);
  const settings = readSettings(env, root);
  return { env, settings, store: storeOf(settings) };
}

export function storeOf({ dataDir, mongodbUrl }: Settings): StateConfig["store"] {
  return mongodbUrl ? { kind: "mongo", url: mongodbUrl } : { kind: "sqlite", folder: dataDir };
}

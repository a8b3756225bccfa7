import { join } from "node:path";
import type { Env } from "./environment.ts";
import { readOrCreateSecret } from "./private-file.ts";

/**
 * VEGA_SECRET, with which auth encrypts its signing keys: from the environment, else from the file `secret` (mode 0600)
 * of the data folder, generated on first use. A service without a supervisor never generates one: its replicas on other
 * machines could not decrypt the keys.
 * @returns undefined where VEGA_SECRET_FILE is set, which the service reads
 * @throws SettingsError when the file exists without a valid secret
 */
export function platformSecret(env: Env, dataDir: string): string | undefined {
  if (env.VEGA_SECRET) return env.VEGA_SECRET;
  return env.VEGA_SECRET_FILE ? undefined : readOrCreateSecret(join(dataDir, "secret"));
}

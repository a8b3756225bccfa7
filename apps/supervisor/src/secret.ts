import { join } from "node:path";
import type { Env } from "./environment.ts";
import { keptSecret } from "./private-file.ts";

/**
 * VEGA_SECRET, under which auth encrypts the keys that it signs with: what the environment says, else one that is
 * made once and kept in the data folder, `secret`, mode 0600. A service started by itself never makes one: its
 * replicas on other machines could not read what it has encrypted.
 * @returns undefined where the environment names a file, which the service reads itself
 * @throws OperatorError when the file is there but holds no secret.
 */
export function platformSecret(env: Env, dataDir: string): string | undefined {
  if (env.VEGA_SECRET) return env.VEGA_SECRET;
  return env.VEGA_SECRET_FILE ? undefined : keptSecret(join(dataDir, "secret"));
}

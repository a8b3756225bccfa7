import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Env } from "./environment.ts";

/** Variables that the file of providers names as keys; none where it can't be read, which ai reports. */
export function providerKeyVariables(env: Env, root: string): string[] {
  const path = resolve(root, env.VEGA_PROVIDERS_FILE ?? "config/providers.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  return [...text.matchAll(/"api_key_env"\s*:\s*"([A-Za-z_][A-Za-z0-9_]*)"/g)].flatMap(
    ([, name]) => name ?? [],
  );
}

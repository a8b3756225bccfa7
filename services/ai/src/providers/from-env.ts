import type { Env } from "@vega/service-kit";
import type { ProvidersFile } from "./config.ts";
import { providersFileSchema } from "./config.ts";
import { KINDS } from "./kinds.ts";

/** Providers from variables, without a providers file: OPENAI_API_KEY, OPENAI_BASE_URL, and so on. */
export function providersFromEnv(env: Env): ProvidersFile {
  const providers = Object.entries(KINDS).flatMap(([kind, { env: name }]) => {
    if (name === undefined || !env[`${name}_API_KEY`]) return [];
    const base_url = env[`${name}_BASE_URL`];
    return [{ id: kind, kind, api_key_env: `${name}_API_KEY`, ...(base_url && { base_url }) }];
  });
  return providersFileSchema.parse({ providers });
}

import { DEFAULT_FILE, openConfigFile, whatIsMissing } from "@vega/ai/providers";
import type { Env } from "@vega/service-kit";
import { ConfigError } from "@vega/service-kit";
import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";
import { hasMode } from "./folder.ts";

const READABLE_BY_ALL = 0o004;

/** @param env the environment of the service ai */
export function checkProviders(env: Env): Finding[] {
  const check = "providers";
  const log = { info: () => undefined, error: () => undefined };
  try {
    const config = openConfigFile({ env, log, onChange: () => undefined });
    const { file, keys } = config.current();
    config.close();
    const { providers } = file;
    if (providers.length === 0) {
      const remedy = `declare one in ${DEFAULT_FILE}, or set OPENAI_API_KEY; see docs/reference/models.md`;
      return [warn(check, "none: only VEGA's built-in analyst responds", remedy)];
    }
    return providers.map((provider) => {
      const missing = whatIsMissing(provider, keys.get(provider.id));
      const { id, api_key_file } = provider;
      if (missing !== undefined) return warn(check, `${id} has no key`, missing);
      if (api_key_file !== undefined && hasMode(api_key_file, READABLE_BY_ALL)) {
        return warn(check, `others can read ${api_key_file}`, `chmod 600 ${api_key_file}`);
      }
      return ok(check, `${id} (${provider.kind})`);
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [fail(check, error.message, "fix the file; ai does not start with it")];
  }
}

import type { Env } from "@vega/service-kit";
import { ConfigError } from "@vega/service-kit";
import { DEFAULT_FILE, openConfigFile } from "../../../../services/ai/src/providers/config-file.ts";
import { whatIsMissing } from "../../../../services/ai/src/providers/create.ts";
import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";
import { hasMode } from "./folder.ts";

const READABLE_BY_ALL = 0o004;

/** @param env as the ai service gets it */
export function checkProviders(env: Env): Finding[] {
  const what = "providers";
  const log = { info: () => undefined, error: () => undefined };
  try {
    const config = openConfigFile({ env, log, onChange: () => undefined });
    const { file, keys } = config.current();
    config.close();
    const { providers } = file;
    if (providers.length === 0) {
      const mend = `declare some in ${DEFAULT_FILE}, or set OPENAI_API_KEY; see docs/reference/models.md`;
      return [warn(what, "none: only VEGA's own analyst answers", mend)];
    }
    return providers.map((provider) => {
      const missing = whatIsMissing(provider, keys.get(provider.id));
      const { id, api_key_file } = provider;
      if (missing !== undefined) return warn(what, `${id} has no key`, missing);
      if (api_key_file !== undefined && hasMode(api_key_file, READABLE_BY_ALL)) {
        return warn(what, `others can read ${api_key_file}`, `chmod 600 ${api_key_file}`);
      }
      return ok(what, `${id} (${provider.kind})`);
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [fail(what, error.message, "mend the file; ai does not start with it")];
  }
}

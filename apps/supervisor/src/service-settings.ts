import { ConfigError, readEnv } from "@vega/service-kit";
import { envToConfig as ai } from "@vega/ai/config";
import { envToConfig as auth } from "@vega/auth/config";
import { envToConfig as gateway } from "@vega/gateway/config";
import { envToConfig as loop } from "@vega/loop/config";
import { envToConfig as state } from "@vega/state/config";
import type { Env } from "./environment.ts";
import { SettingsError } from "./operator-error.ts";
import type { ServiceName } from "./service-environment.ts";
import { SERVICES } from "./service-environment.ts";

/** Each service checks its own settings. */
const READERS: Readonly<Record<ServiceName, (env: Env) => unknown>> = {
  state,
  auth,
  ai,
  loop,
  gateway,
};

/**
 * Checks the environment of every service with the service's own reader, before anything is started.
 * @throws SettingsError with all faults
 */
export function refuseBadSettings(environmentOf: (name: ServiceName) => Env): void {
  // A set: several services may report the same fault.
  const faults = new Set<string>();
  for (const name of SERVICES) {
    try {
      READERS[name](readEnv(environmentOf(name)));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.add(error.message);
    }
  }
  if (faults.size > 0) throw new SettingsError([...faults].join("\n  "));
}

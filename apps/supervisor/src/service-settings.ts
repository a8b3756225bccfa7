import { ConfigError, readEnv } from "@vega/service-kit";
import { envToConfig as ai } from "../../../services/ai/src/config.ts";
import { envToConfig as auth } from "../../../services/auth/src/config.ts";
import { envToConfig as gateway } from "../../../services/gateway/src/config.ts";
import { envToConfig as loop } from "../../../services/loop/src/config.ts";
import { envToConfig as state } from "../../../services/state/src/config.ts";
import type { Env } from "./environment.ts";
import { OperatorError } from "./operator-error.ts";
import type { ServiceName } from "./service-environment.ts";
import { SERVICES } from "./service-environment.ts";

/** How each service reads its environment: only there it is written what a setting may be. */
const READERS: Readonly<Record<ServiceName, (env: Env) => unknown>> = {
  state,
  auth,
  ai,
  loop,
  gateway,
};

/**
 * Has every service's own reader look at the environment that the service will get, before anything is started.
 * @throws OperatorError with what they refuse.
 */
export function refuseBadSettings(environmentOf: (name: ServiceName) => Env): void {
  // What several services read is told once.
  const faults = new Set<string>();
  for (const name of SERVICES) {
    try {
      READERS[name](readEnv(environmentOf(name)));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.add(error.message);
    }
  }
  if (faults.size > 0) throw new OperatorError([...faults].join("\n  "));
}

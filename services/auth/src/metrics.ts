import { VegaError } from "@vega/contracts";
import type { Metrics } from "@vega/service-kit";

/** Counts an attempt by its outcome and returns that outcome. */
export type Counted = <Result>(attempt: Promise<Result>) => Promise<Result>;

export interface AuthMetrics {
  readonly login: Counted;
  readonly refresh: Counted;
}

export function createAuthMetrics(metrics: Metrics): AuthMetrics {
  const logins = metrics.counter("vega_logins_total", "Logins by password", "outcome");
  const refreshes = metrics.counter("vega_session_refreshes_total", "Session refreshes", "outcome");
  const counted =
    (counting: typeof logins): Counted =>
    async (attempt) => {
      try {
        const result = await attempt;
        counting("succeeded").inc();
        return result;
      } catch (error) {
        counting(outcomeOf(error)).inc();
        throw error;
      }
    };
  return { login: counted(logins), refresh: counted(refreshes) };
}

/** `refused`: wrong password or token; `throttled`: not checked; `failed`: the check was not possible. */
function outcomeOf(error: unknown): string {
  if (!(error instanceof VegaError)) return "failed";
  if (error.code === "unauthorized") return "refused";
  return error.code === "rate_limited" ? "throttled" : "failed";
}

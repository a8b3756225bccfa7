import type { Report } from "@vega/contracts";

export interface Readiness {
  readonly ready: boolean;
  /** Name of the check → `ok` or what is wrong. */
  readonly checks: Record<string, string>;
}

/** What the gateway sees of what it needs. */
export interface Surroundings {
  readonly stopping: boolean;
  readonly connected: boolean;
  /** The read model keeps up with the log. */
  readonly current: boolean;
  readonly reports: readonly Report[];
}

/** A check may say more than that it is well: `ok: held here`. */
export const isOk = (result: string) => result === "ok" || result.startsWith("ok:");

/** What is wrong with a service's checks, or undefined. */
function firstFault(report: Report): string | undefined {
  const fault = Object.entries(report.checks).find(([, result]) => !isOk(result));
  return fault && `${fault[0]}: ${fault[1]}`;
}

function checkState(reports: readonly Report[]): string {
  const states = reports.filter(({ service }) => service === "state");
  const [first] = states;
  if (!first) return "does not answer";
  if (states.some(({ ready }) => ready)) return "ok";
  return firstFault(first) ?? "is not ready";
}

/** Whether requests can be served now. */
export function readinessOf({ stopping, connected, current, reports }: Surroundings): Readiness {
  const checks = {
    gateway: stopping ? "is stopping" : "ok",
    nats: connected ? "ok" : "is away",
    read_model: current ? "ok" : "does not follow the log",
    state: checkState(reports),
  };
  return { ready: Object.values(checks).every((result) => result === "ok"), checks };
}

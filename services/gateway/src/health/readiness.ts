import type { HealthReport } from "@vega/contracts";

export interface Readiness {
  readonly ready: boolean;
  /** Name of the check → `ok` or the failure. */
  readonly checks: Record<string, string>;
}

/** Inputs of the readiness check. */
export interface ReadinessInput {
  readonly stopping: boolean;
  readonly connected: boolean;
  /** The read model follows the log. */
  readonly current: boolean;
  /** Auth has been ready once since this gateway started: the first administrator exists. */
  readonly wasAuthReady: boolean;
  readonly reports: readonly HealthReport[];
}

/** A passed check may have a detail: `ok: held here`. */
export const isOk = (result: string) => result === "ok" || result.startsWith("ok:");

/** The first failed check of a service, if any. */
function firstFailure(report: HealthReport): string | undefined {
  const checks = Object.entries(report.checks).filter(([name]) => name !== "clock");
  const failure = checks.find(([, result]) => !isOk(result));
  return failure && `${failure[0]}: ${failure[1]}`;
}

function checkService(name: string, reports: readonly HealthReport[]): string {
  const first = reports.find(({ service }) => service === name);
  if (!first) return "no health report";
  if (isServiceReady(name, reports)) return "ok";
  return firstFailure(first) ?? "not ready";
}

/** Whether at least one instance of a service is ready. */
export const isServiceReady = (name: string, reports: readonly HealthReport[]) =>
  reports.some(({ service, ready }) => service === name && ready);

/** Failures that leave the gateway ready: the clock skew of state against its log. */
function warnings(reports: readonly HealthReport[]): Record<string, string> {
  const clock = reports.map(({ checks }) => checks["clock"] ?? "ok").find((one) => !isOk(one));
  return clock === undefined ? {} : { clock };
}

/** Whether requests can be served now. An outage of auth after its first readiness does not count. */
export function readinessOf(input: ReadinessInput): Readiness {
  const { stopping, connected, current, wasAuthReady, reports } = input;
  const checks = {
    gateway: stopping ? "stopping" : "ok",
    nats: connected ? "ok" : "not connected",
    read_model: current ? "ok" : "not following the log",
    state: checkService("state", reports),
    auth: wasAuthReady ? "ok" : checkService("auth", reports),
  };
  const ready = Object.values(checks).every((result) => result === "ok");
  return { ready, checks: { ...checks, ...warnings(reports) } };
}

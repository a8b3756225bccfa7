import type { HealthReport } from "@vega/contracts";

import { isOk } from "./readiness.ts";

export const SERVICES = ["gateway", "state", "loop", "ai", "auth"] as const;
type ServiceName = (typeof SERVICES)[number];

interface ServiceHealth {
  readonly status: "ok" | "degraded" | "away";
  readonly instances: number;
  /** Seconds that the oldest instance has been running. */
  readonly uptime: number;
  readonly checks: Record<string, string>;
}

export interface HealthSummary {
  readonly status: "ok" | "degraded";
  readonly services: Record<ServiceName, ServiceHealth>;
  readonly nats: "ok" | "away";
  readonly store: string;
}

function healthOf(reports: readonly HealthReport[]): ServiceHealth {
  if (reports.length === 0) return { status: "away", instances: 0, uptime: 0, checks: {} };
  const checks: Record<string, string> = {};
  for (const report of reports) {
    for (const [name, result] of Object.entries(report.checks)) {
      // The failure of any instance wins over `ok`.
      if (checks[name] === undefined || isOk(checks[name])) checks[name] = result;
    }
  }
  return {
    status: reports.every(({ ready }) => ready) ? "ok" : "degraded",
    instances: reports.length,
    uptime: Math.round(Math.max(...reports.map((report) => report.uptime_seconds))),
    checks,
  };
}

/** Health of the platform. */
export function summarize(reports: readonly HealthReport[], connected: boolean): HealthSummary {
  const services = Object.fromEntries(
    SERVICES.map((name) => [name, healthOf(reports.filter(({ service }) => service === name))]),
  ) as Record<ServiceName, ServiceHealth>;
  const store = services.state.checks["store"] ?? "unknown: no health report of state";
  const well = connected && isOk(store) && SERVICES.every((name) => services[name].status === "ok");
  return { status: well ? "ok" : "degraded", services, nats: connected ? "ok" : "away", store };
}

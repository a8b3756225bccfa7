import type { ServiceMetrics } from "@vega/contracts";
import { createWindowCounter } from "@vega/service-kit";

const WINDOW_SECONDS = 60;

/** Share of requests that were served without a server error and within the latency goal: input of the alpha core. */
export interface ServiceLevel {
  /** Counts a response. */
  count(status: number, elapsedMs: number): void;
  signals(sseClients: number): NonNullable<ServiceMetrics["gateway"]>;
}

/** @param now milliseconds of a monotonic clock. */
export function createServiceLevel(latencyGoalMs: number, now: () => number): ServiceLevel {
  const counter = createWindowCounter(["requests", "served_well"], WINDOW_SECONDS, now);
  return {
    count(status, elapsedMs) {
      counter.count("requests");
      if (status < 500 && elapsedMs <= latencyGoalMs) counter.count("served_well");
    },
    signals: (sse_clients) => ({
      window_seconds: WINDOW_SECONDS,
      ...counter.totals(),
      latency_goal_ms: latencyGoalMs,
      sse_clients,
    }),
  };
}

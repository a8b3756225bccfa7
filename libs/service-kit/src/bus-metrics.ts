import type { Metrics } from "./metrics.ts";
import { BUCKETS } from "./metrics.ts";

/** Counts requests over the bus. `outcome`: `ok` or an error code. */
export interface BusMeter {
  sent(subject: string, outcome: string, seconds: number): void;
  served(subject: string, outcome: string, seconds: number): void;
}

/** Metrics of the requests that a service sends and serves. */
export function createBusMeter(metrics: Metrics): BusMeter {
  const { fast } = BUCKETS;
  const sentTotal = metrics.counter(
    "vega_bus_requests_asked_total",
    "Requests that this service asked others over the bus",
    "subject",
    "outcome",
  );
  const sentDuration = metrics.histogram(
    "vega_bus_asked_duration_seconds",
    "Time until a request over the bus had its answer",
    fast,
    "subject",
  );
  const servedTotal = metrics.counter(
    "vega_bus_requests_served_total",
    "Requests over the bus that this service answered",
    "subject",
    "outcome",
  );
  const servedDuration = metrics.histogram(
    "vega_bus_served_duration_seconds",
    "Time that a request over the bus took here",
    fast,
    "subject",
  );
  return {
    sent(subject, outcome, seconds) {
      sentTotal(subject, outcome).inc();
      sentDuration(subject).observe(seconds);
    },
    served(subject, outcome, seconds) {
      servedTotal(subject, outcome).inc();
      servedDuration(subject).observe(seconds);
    },
  };
}

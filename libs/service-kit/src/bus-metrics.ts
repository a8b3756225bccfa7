import type { Metrics } from "./metrics.ts";
import { BUCKETS } from "./metrics.ts";

/** Told of each question on the bus. `outcome`: `ok` or a code of an error. */
export interface BusMeter {
  asked(subject: string, outcome: string, seconds: number): void;
  served(subject: string, outcome: string, seconds: number): void;
}

/** Counts what a service asks others and what it is asked. */
export function createBusMeter(metrics: Metrics): BusMeter {
  const { fast } = BUCKETS;
  const asked = metrics.counter(
    "vega_bus_requests_asked_total",
    "Requests that this service asked others over the bus",
    "subject",
    "outcome",
  );
  const askedFor = metrics.histogram(
    "vega_bus_asked_duration_seconds",
    "Time until a request over the bus had its answer",
    fast,
    "subject",
  );
  const served = metrics.counter(
    "vega_bus_requests_served_total",
    "Requests over the bus that this service answered",
    "subject",
    "outcome",
  );
  const servedIn = metrics.histogram(
    "vega_bus_served_duration_seconds",
    "Time that a request over the bus took here",
    fast,
    "subject",
  );
  return {
    asked(subject, outcome, seconds) {
      asked(subject, outcome).inc();
      askedFor(subject).observe(seconds);
    },
    served(subject, outcome, seconds) {
      served(subject, outcome).inc();
      servedIn(subject).observe(seconds);
    },
  };
}

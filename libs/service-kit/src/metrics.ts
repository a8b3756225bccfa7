import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { watchLoopDelay } from "./loop-delay.ts";

/** Seconds; for durations of milliseconds. */
const FAST = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** Seconds; for durations that users wait for. */
const SLOW = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320];
/** Sizes of batches. */
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

export const BUCKETS = { fast: FAST, slow: SLOW, sizes: SIZES } as const;

/** Default gauges that are removed: duplicates with names of counters, and delays measured by `loop-delay.ts`. */
const REMOVED = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
  ...["min", "max", "mean", "stddev", "p50", "p90", "p99"].map(
    (name) => `nodejs_eventloop_lag_${name}_seconds`,
  ),
];
/** Sampling interval of the removed delays, which can't be switched off. */
const UNUSED_PRECISION_MS = 3_600_000;

/** A counter; label values in the order of the label names. */
export type LabeledCounter = (...labels: string[]) => { inc(by?: number): void };
/** A histogram; label values in the order of the label names. */
export type LabeledHistogram = (...labels: string[]) => { observe(value: number): void };

/**
 * The metrics of one service, for Prometheus. Names are `vega_<what>_<unit>`, in base units (seconds, bytes),
 * and end in `_total` where they only grow. Label values come from a bounded set: no ids, no input.
 * https://prometheus.io/docs/practices/naming/
 */
export interface Metrics {
  counter(name: string, help: string, ...labels: string[]): LabeledCounter;
  histogram(
    name: string,
    help: string,
    buckets: readonly number[],
    ...labels: string[]
  ): LabeledHistogram;
  /** Read at every scrape. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  /** The same with labels: all current children, each with its label values. */
  gauges(
    name: string,
    help: string,
    labels: readonly string[],
    read: () => Iterable<readonly [values: readonly string[], value: number]>,
  ): void;
  /** The text format of Prometheus, version 0.0.4. */
  text(): Promise<string>;
}

export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** Metrics of the process (memory, CPU, event loop, garbage collection); a service adds its own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: UNUSED_PRECISION_MS });
  for (const name of REMOVED) registry.removeSingleMetric(name);
  watchLoopDelay(registry);
  return {
    counter(name, help, ...labelNames) {
      const family = new Counter({ name, help, labelNames, registers });
      return cached((values) => family.labels(...values));
    },
    histogram(name, help, buckets, ...labelNames) {
      const family = new Histogram({ name, help, buckets: [...buckets], labelNames, registers });
      return cached((values) => family.labels(...values));
    },
    gauge(name, help, read) {
      void new Gauge({
        name,
        help,
        registers,
        async collect() {
          const value = read();
          this.set(typeof value === "number" ? value : await value);
        },
      });
    },
    gauges(name, help, labelNames, read) {
      void new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers,
        collect() {
          this.reset();
          for (const [values, value] of read()) this.labels(...values).set(value);
        },
      });
    },
    text: () => registry.metrics(),
  };
}

interface Branch<Child> {
  child?: Child;
  readonly next: Map<string, Branch<Child>>;
}

/** Creates each child once: counting a request allocates no object for its labels. */
function cached<Child>(make: (values: string[]) => Child): (...values: string[]) => Child {
  const root: Branch<Child> = { next: new Map() };
  return (...values) => {
    let branch = root;
    for (const value of values) {
      let next = branch.next.get(value);
      if (!next) branch.next.set(value, (next = { next: new Map() }));
      branch = next;
    }
    return (branch.child ??= make(values));
  };
}

import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Registry } from "prom-client";
import { Gauge } from "prom-client";

/** Sampling interval of the event loop. Each sample wakes an idle process. */
const SAMPLE_MS = 100;
const NANOSECONDS = 1e9;

/** Named as in `prom-client`, whose own gauges count the sampling interval as delay and sample every 10 ms. */
const FAMILIES: readonly (readonly [
  name: string,
  of: (seen: ReturnType<typeof monitorEventLoopDelay>) => number,
])[] = [
  ["p50", (seen) => seen.percentile(50)],
  ["p99", (seen) => seen.percentile(99)],
  ["max", (seen) => seen.max],
];

/** Delay of timers since the last scrape: `nodejs_eventloop_lag_<p50|p99|max>_seconds`. */
export function watchLoopDelay(registry: Registry): void {
  const seen = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  seen.enable();
  for (const [index, [name, read]] of FAMILIES.entries()) {
    void new Gauge({
      name: `nodejs_eventloop_lag_${name}_seconds`,
      help: `How late timers of the process came (${name}), since the last look at it`,
      registers: [registry],
      collect() {
        this.set(seen.count === 0 ? 0 : Math.max(0, read(seen) / NANOSECONDS - SAMPLE_MS / 1_000));
        // Gauges are read in the order of their registration.
        if (index === FAMILIES.length - 1) seen.reset();
      },
    });
  }
}

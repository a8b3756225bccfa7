import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Registry } from "prom-client";
import { Gauge } from "prom-client";

/** How often the event loop is looked at. Each look wakes a process that has nothing else to do. */
const LOOK_MS = 100;
const NANOSECONDS = 1e9;

/** As `prom-client` calls them; its own count the time between two looks as a delay, and look a hundred times a second. */
const FAMILIES: readonly (readonly [
  name: string,
  of: (seen: ReturnType<typeof monitorEventLoopDelay>) => number,
])[] = [
  ["p50", (seen) => seen.percentile(50)],
  ["p99", (seen) => seen.percentile(99)],
  ["max", (seen) => seen.max],
];

/** By how much timers came late since somebody looked last: `nodejs_eventloop_lag_<p50|p99|max>_seconds`. */
export function watchLoopDelay(registry: Registry): void {
  const seen = monitorEventLoopDelay({ resolution: LOOK_MS });
  seen.enable();
  for (const [index, [name, read]] of FAMILIES.entries()) {
    void new Gauge({
      name: `nodejs_eventloop_lag_${name}_seconds`,
      help: `How late timers of the process came (${name}), since the last look at it`,
      registers: [registry],
      collect() {
        this.set(seen.count === 0 ? 0 : Math.max(0, read(seen) / NANOSECONDS - LOOK_MS / 1_000));
        // They are read in this order.
        if (index === FAMILIES.length - 1) seen.reset();
      },
    });
  }
}

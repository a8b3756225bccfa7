import type { Tick } from "@vega/contracts";
import type { Metrics } from "@vega/service-kit";
import { BUCKETS } from "@vega/service-kit";

/** Called with each tick that this replica published. */
export type CountTick = (tick: Tick) => void;

/**
 * @param iteration the last one in the log
 * @param held whether this replica holds the lease
 */
export function countTicks(
  metrics: Metrics,
  { iteration, held }: { readonly iteration: () => number; readonly held: () => boolean },
): CountTick {
  const iterations = metrics.counter(
    "vega_loop_iterations_total",
    "Iterations that this replica published",
    "trigger",
  );
  const lateness = metrics.histogram(
    "vega_loop_lateness_seconds",
    "Delay of an iteration after its planned time",
    BUCKETS.fast,
  )();
  metrics.gauge("vega_loop_iteration", "The last iteration in the log", iteration);
  metrics.gauge("vega_loop_lease_held", "1 if this replica holds the lease", () => Number(held()));
  return ({ trigger, planned_at, actual_at }) => {
    iterations(trigger).inc();
    // A manual tick has no planned time.
    if (trigger !== "timer") return;
    lateness.observe(Math.max(0, Date.parse(actual_at) - Date.parse(planned_at)) / 1_000);
  };
}

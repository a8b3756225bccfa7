import type { Tick } from "@vega/contracts";
import type { Metrics } from "@vega/service-kit";
import { BUCKETS } from "@vega/service-kit";

/** Told of each tick that this replica put on the bus. */
export type CountTick = (tick: Tick) => void;

/**
 * @param iteration the log's last one
 * @param held whether this replica has the lease
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
    "How much later than planned an iteration came",
    BUCKETS.fast,
  )();
  metrics.gauge("vega_loop_iteration", "The last iteration in the log", iteration);
  metrics.gauge("vega_loop_lease_held", "1 where this replica ticks", () => Number(held()));
  return ({ trigger, planned_at, actual_at }) => {
    iterations(trigger).inc();
    // Who ticks by hand planned nothing.
    if (trigger !== "timer") return;
    lateness.observe(Math.max(0, Date.parse(actual_at) - Date.parse(planned_at)) / 1_000);
  };
}

import { VegaError } from "@vega/contracts";
import type { Metrics } from "@vega/service-kit";

/** Counts an error where it says that a budget is used up. */
export type CountRefusal = (what: "answer" | "embeddings" | "agent", error: unknown) => void;

export function countRefusals(metrics: Metrics): CountRefusal {
  const refusals = metrics.counter(
    "vega_budget_refusals_total",
    "What was not asked of a model since a budget is used up",
    "what",
  );
  return (what, error) => {
    if (error instanceof VegaError && error.code === "budget_exceeded") refusals(what).inc();
  };
}

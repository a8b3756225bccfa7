import { VegaError } from "@vega/contracts";
import type { Metrics } from "@vega/service-kit";

/** Counts an error if it is a `budget_exceeded`. */
export type CountRefusal = (
  what: "answer" | "embeddings" | "agent" | "whitepaper",
  error: unknown,
) => void;

export function countRefusals(metrics: Metrics): CountRefusal {
  const refusals = metrics.counter(
    "vega_budget_refusals_total",
    "Requests refused because a budget is exhausted, by kind",
    "what",
  );
  return (what, error) => {
    if (error instanceof VegaError && error.code === "budget_exceeded") refusals(what).inc();
  };
}

import type { Metrics } from "@vega/service-kit";
import { BUCKETS } from "@vega/service-kit";
import type { Breakers } from "../failover/breakers.ts";
import type { Target } from "../failover/target.ts";
import { targetKey } from "../failover/target.ts";
import type { Usage } from "../models/language-model.ts";
import type { CallObserver } from "./observer.ts";
import { traceOf } from "./observer.ts";

/** Where a provider takes any name, names are what clients write: those that never answered are counted together. */
const OTHER = "(other)";
const MOST_NAMES = 200;
const STATES = ["closed", "open", "half_open"] as const;

/** Counts the calls of models. @param cost USD, by the price table */
export function countCalls(
  metrics: Metrics,
  breakers: Pick<Breakers, "health">,
  cost: (provider: string, model: string, usage: Usage) => number | undefined,
): CallObserver {
  const labels = ["provider", "model"] as const;
  const calls = metrics.counter(
    "vega_model_calls_total",
    "Calls of models: complete, cancelled, skipped (its breaker is open), or why it failed",
    ...labels,
    "outcome",
  );
  const duration = metrics.histogram(
    "vega_model_call_duration_seconds",
    "Time that complete calls took",
    BUCKETS.slow,
    ...labels,
  );
  const firstToken = metrics.histogram(
    "vega_model_first_token_seconds",
    "Time from a call to its first token",
    BUCKETS.slow,
    ...labels,
  );
  const tokens = metrics.counter(
    "vega_model_tokens_total",
    "Tokens, as providers count them",
    ...labels,
    "type",
  );
  const spent = metrics.counter(
    "vega_model_cost_usd_total",
    "What calls cost in US dollars, by the price table",
    ...labels,
  );
  const named = new Map<string, Target>();
  metrics.gauges(
    "vega_model_breaker_state",
    "1 for the state that a model's breaker is in",
    [...labels, "state"],
    function* () {
      for (const [key, { provider, model }] of named) {
        const { state } = breakers.health(key);
        for (const one of STATES) yield [[provider, model, one], Number(one === state)];
      }
    },
  );

  const nameOf = (target: Target, answered: boolean): string => {
    const key = targetKey(target);
    if (named.has(key)) return target.model;
    if (!(target.listed || answered) || named.size >= MOST_NAMES) return OTHER;
    named.set(key, target);
    return target.model;
  };

  return (target, operation) => ({
    trace: traceOf(operation),
    event: () => undefined,
    ended({ outcome, fault, ms, first_token_ms }, usage) {
      const { provider } = target;
      const model = nameOf(target, outcome === "complete");
      calls(provider, model, outcome === "failed" ? (fault ?? "failed") : outcome).inc();
      if (outcome === "complete") duration(provider, model).observe(ms / 1_000);
      if (first_token_ms !== null) firstToken(provider, model).observe(first_token_ms / 1_000);
      // What an ensemble tells of is that of its seats, who have told it already.
      if (!usage || target.ensemble) return;
      const { prompt_tokens, completion_tokens } = usage;
      tokens(provider, model, "input").inc(countOf(prompt_tokens));
      tokens(provider, model, "output").inc(countOf(completion_tokens));
      spent(provider, model).inc(countOf(cost(provider, target.model, usage)));
    },
  });
}

/** What providers count is theirs to say: it may be no number. */
const countOf = (count: unknown): number =>
  typeof count === "number" && Number.isFinite(count) && count > 0 ? count : 0;

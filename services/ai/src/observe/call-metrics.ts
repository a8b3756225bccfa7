import type { Metrics } from "@vega/service-kit";
import { BUCKETS } from "@vega/service-kit";
import type { Breakers } from "../failover/breakers.ts";
import type { Target } from "../failover/target.ts";
import { targetKey } from "../failover/target.ts";
import type { Usage } from "../models/language-model.ts";
import type { CallObserver } from "./observer.ts";
import { traceOf } from "./observer.ts";

/** Label of model names that come from clients and never completed a call: it bounds the cardinality. */
const OTHER = "(other)";
const MOST_NAMES = 200;
const STATES = ["closed", "open", "half_open"] as const;

/** Prometheus metrics of provider calls. @param cost USD, by the price table */
export function countCalls(
  metrics: Metrics,
  breakers: Pick<Breakers, "health">,
  cost: (provider: string, model: string, usage: Usage) => number | undefined,
): CallObserver {
  const labels = ["provider", "model"] as const;
  const calls = metrics.counter(
    "vega_model_calls_total",
    "Provider calls by outcome: complete, cancelled, skipped (circuit breaker open), or the kind of error",
    ...labels,
    "outcome",
  );
  const duration = metrics.histogram(
    "vega_model_call_duration_seconds",
    "Duration of complete calls",
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
    "Tokens, as reported by providers",
    ...labels,
    "type",
  );
  const spent = metrics.counter(
    "vega_model_cost_usd_total",
    "Cost of calls in US dollars, by the price table",
    ...labels,
  );
  const named = new Map<string, Target>();
  metrics.gauges(
    "vega_model_breaker_state",
    "1 for the current state of a model's circuit breaker",
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
      // The usage of an ensemble is the sum of its members' calls, which are counted already.
      if (!usage || target.ensemble) return;
      const { prompt_tokens, completion_tokens } = usage;
      tokens(provider, model, "input").inc(countOf(prompt_tokens));
      tokens(provider, model, "output").inc(countOf(completion_tokens));
      spent(provider, model).inc(countOf(cost(provider, target.model, usage)));
    },
  });
}

/** Providers may report anything. */
const countOf = (count: unknown): number =>
  typeof count === "number" && Number.isFinite(count) && count > 0 ? count : 0;

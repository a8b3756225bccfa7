import type { JsonObject } from "@vega/contracts";
import type { Breakers } from "../failover/breakers.ts";
import type { Target } from "../failover/target.ts";
import { targetKey } from "../failover/target.ts";
import type { EmbeddingResult, Usage } from "./language-model.ts";
import { ModelError } from "./language-model.ts";
import type { CallObserver } from "../observe/observer.ts";
import { noopObserver } from "../observe/observer.ts";

/** Timeout of one provider call, ms. */
const EMBED_MS = 25_000;

/**
 * Calls the models of a chain for embeddings, each once, until one succeeds. Throws the ModelError of the last one.
 * Vectors of different models are not comparable, so a chain has only the models that the caller named.
 * @param onServed called with the target that served the request
 */
export async function embed(
  body: JsonObject,
  chain: readonly Target[],
  breakers: Breakers,
  onServed?: (by: Target) => void,
  observing: { readonly observe?: CallObserver; readonly trace?: string | undefined } = {},
): Promise<EmbeddingResult> {
  const { observe = noopObserver, trace } = observing;
  let last = new ModelError("invalid", "this model has no embeddings; choose one that has");
  for (const target of chain) {
    const { languageModel, model } = target;
    if (!languageModel.embed) continue;
    const key = targetKey(target);
    const pausedMs = breakers.pausedMs(key);
    const admission = pausedMs > 0 ? undefined : breakers.admit(key);
    const seen = observe(target, { kind: "embeddings", trace });
    if (!admission) {
      seen.ended({ outcome: "skipped", fault: null, status: null, ms: 0, first_token_ms: null });
      const reason = pausedMs > 0 ? "rate limited by the provider" : "its circuit breaker is open";
      const retryAfterMs = pausedMs || breakers.health(key).waitMs;
      last = new ModelError("unavailable", `${key} was skipped: ${reason}`, { retryAfterMs });
      continue;
    }
    const from = performance.now();
    const ended = (error: ModelError | undefined, usage?: Usage) =>
      seen.ended(
        {
          outcome: error ? "failed" : "complete",
          fault: error?.kind ?? null,
          status: error?.status ?? null,
          ms: performance.now() - from,
          first_token_ms: null,
        },
        usage,
      );
    try {
      const request = { ...body, model };
      const result = await languageModel.embed(request, AbortSignal.timeout(EMBED_MS), seen.trace);
      ended(undefined, usageOf(result.body));
      admission.settled("answered");
      onServed?.(target);
      return result;
    } catch (error) {
      const isModelError = error instanceof ModelError;
      // The only signal is the timeout's.
      const isLate = isModelError && error.kind === "cancelled";
      const isDown = isModelError && (isLate || error.kind === "unavailable");
      admission.settled(isDown ? "failed" : "neutral", isModelError ? error.message : undefined);
      if (isModelError && error.retryAfterMs !== undefined) breakers.pause(key, error.retryAfterMs);
      if (isModelError)
        last = isLate ? new ModelError("timed_out", `no embeddings within ${EMBED_MS} ms`) : error;
      ended(isModelError ? last : new ModelError("unavailable", "internal error"));
      if (!isModelError) throw error;
    }
  }
  throw last;
}

/** Usage reported by the provider; embeddings have no completion tokens. */
function usageOf({ usage }: JsonObject): Usage | undefined {
  const prompt_tokens = (usage as JsonObject | null | undefined)?.["prompt_tokens"];
  if (typeof prompt_tokens !== "number") return undefined;
  return { prompt_tokens, completion_tokens: 0, total_tokens: prompt_tokens };
}

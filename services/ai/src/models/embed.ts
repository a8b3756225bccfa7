import type { JsonObject } from "@vega/contracts";
import type { Breakers } from "../failover/breakers.ts";
import type { Target } from "../failover/target.ts";
import { targetKey } from "../failover/target.ts";
import type { EmbeddingResult, Usage } from "./language-model.ts";
import { ModelError } from "./language-model.ts";
import type { CallObserver } from "../observe/observer.ts";
import { noopObserver } from "../observe/observer.ts";

/** One provider has so long. */
const EMBED_MS = 25_000;

/**
 * Asks the models of a chain for embeddings, each once, until one answers. Throws the ModelError of the last one. Vectors
 * of one model mean nothing beside those of another, so a chain is only what the caller named.
 * @param onAnswer told whose answer it is
 */
export async function embed(
  body: JsonObject,
  chain: readonly Target[],
  breakers: Breakers,
  onAnswer?: (by: Target) => void,
  observing: { readonly observe?: CallObserver; readonly trace?: string | undefined } = {},
): Promise<EmbeddingResult> {
  const { observe = noopObserver, trace } = observing;
  let last = new ModelError("invalid", "this model has no embeddings; name one that has");
  for (const target of chain) {
    const { languageModel, model } = target;
    if (!languageModel.embed) continue;
    const key = targetKey(target);
    const pausedMs = breakers.pausedMs(key);
    const admission = pausedMs > 0 ? undefined : breakers.admit(key);
    const seen = observe(target, { kind: "embeddings", trace });
    if (!admission) {
      seen.ended({ outcome: "skipped", fault: null, status: null, ms: 0, first_token_ms: null });
      const why = pausedMs > 0 ? "it asks to be left alone" : "it failed often enough lately";
      const retryAfterMs = pausedMs || breakers.health(key).waitMs;
      last = new ModelError("unavailable", `${key} is not called: ${why}`, { retryAfterMs });
      continue;
    }
    const from = performance.now();
    const ended = (fault: ModelError | undefined, usage?: Usage) =>
      seen.ended(
        {
          outcome: fault ? "failed" : "complete",
          fault: fault?.kind ?? null,
          status: fault?.status ?? null,
          ms: performance.now() - from,
          first_token_ms: null,
        },
        usage,
      );
    try {
      const asked = { ...body, model };
      const result = await languageModel.embed(asked, AbortSignal.timeout(EMBED_MS), seen.trace);
      ended(undefined, usageOf(result.body));
      admission.settled("answered");
      onAnswer?.(target);
      return result;
    } catch (error) {
      const isFault = error instanceof ModelError;
      // Nobody but the clock cancels it.
      const isLate = isFault && error.kind === "cancelled";
      const isDown = isFault && (isLate || error.kind === "unavailable");
      admission.settled(isDown ? "failed" : "neutral", isFault ? error.message : undefined);
      if (isFault && error.retryAfterMs !== undefined) breakers.pause(key, error.retryAfterMs);
      if (isFault) last = isLate ? new ModelError("timed_out", "no embeddings in time") : error;
      ended(isFault ? last : new ModelError("unavailable", "a fault of our own"));
      if (!isFault) throw error;
    }
  }
  throw last;
}

/** What the provider counted, where it says so: embeddings have no tokens of an answer. */
function usageOf({ usage }: JsonObject): Usage | undefined {
  const told = (usage as JsonObject | null | undefined)?.["prompt_tokens"];
  if (typeof told !== "number") return undefined;
  return { prompt_tokens: told, completion_tokens: 0, total_tokens: told };
}

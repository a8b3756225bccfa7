import type { JsonObject } from "@vega/contracts";
import type { Breakers } from "./chain/breakers.ts";
import type { Target } from "./chain/target.ts";
import { targetKey } from "./chain/target.ts";
import type { Embedded } from "./language-model.ts";
import { ModelFault } from "./language-model.ts";

/** One provider has so long. */
const EMBED_MS = 25_000;

/**
 * Asks the models of a chain for embeddings, each once, until one answers. Throws the ModelFault of the last one. Vectors
 * of one model mean nothing beside those of another, so a chain is only what the caller named.
 * @param onAnswer told whose answer it is
 */
export async function embed(
  body: JsonObject,
  chain: readonly Target[],
  breakers: Breakers,
  onAnswer?: (by: Target) => void,
): Promise<Embedded> {
  let last = new ModelFault("invalid", "this model has no embeddings; name one that has");
  for (const target of chain) {
    const { languageModel, model } = target;
    if (!languageModel.embed) continue;
    const key = targetKey(target);
    const pausedMs = breakers.pausedMs(key);
    const admission = pausedMs > 0 ? undefined : breakers.admit(key);
    if (!admission) {
      const why = pausedMs > 0 ? "it asks to be left alone" : "it failed often enough lately";
      const retryAfterMs = pausedMs || breakers.health(key).waitMs;
      last = new ModelFault("unavailable", `${key} is not called: ${why}`, { retryAfterMs });
      continue;
    }
    try {
      const asked = { ...body, model };
      const answer = await languageModel.embed(asked, AbortSignal.timeout(EMBED_MS));
      admission.settled("answered");
      onAnswer?.(target);
      return answer;
    } catch (error) {
      const isFault = error instanceof ModelFault;
      // Nobody but the clock cancels it.
      const isLate = isFault && error.kind === "cancelled";
      const isDown = isFault && (isLate || error.kind === "unavailable");
      admission.settled(isDown ? "failed" : "neutral", isFault ? error.message : undefined);
      if (isFault && error.retryAfterMs !== undefined) breakers.pause(key, error.retryAfterMs);
      if (!isFault) throw error;
      last = isLate ? new ModelFault("timed_out", "no embeddings in time") : error;
    }
  }
  throw last;
}

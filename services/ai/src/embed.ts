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
 */
export async function embed(
  body: JsonObject,
  chain: readonly Target[],
  breakers: Breakers,
): Promise<Embedded> {
  let last = new ModelFault("invalid", "this model has no embeddings; name one that has");
  for (const target of chain) {
    const { languageModel, model } = target;
    const admission = languageModel.embed && breakers.admit(targetKey(target));
    if (!admission || !languageModel.embed) continue;
    try {
      const asked = { ...body, model };
      const answer = await languageModel.embed(asked, AbortSignal.timeout(EMBED_MS));
      admission.settled("answered");
      return answer;
    } catch (error) {
      const isFault = error instanceof ModelFault;
      admission.settled(isFault && error.kind === "unavailable" ? "failed" : "neutral");
      if (!isFault) throw error;
      last =
        error.kind === "cancelled" ? new ModelFault("timed_out", "no embeddings in time") : error;
    }
  }
  throw last;
}

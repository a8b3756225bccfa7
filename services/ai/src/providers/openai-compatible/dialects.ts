import type { ModelError } from "../../models/language-model.ts";
import type { JsonObject } from "@vega/contracts";
import type { Dialect } from "./dialect.ts";
import { learnDialect } from "./dialect.ts";

/** Models whose dialects are remembered, of one provider. Names may come from clients. */
const MOST_MODELS = 500;
/** Refusals of one request after which its error stands. */
export const MOST_LESSONS = 4;

/** The dialects of a provider's models: that of its kind, and what refusals taught. */
export interface Dialects {
  of(model: string): Dialect;
  /**
   * Whether a refused request is worth another try in the model's new dialect.
   * @param used the dialect of the request
   */
  learn(model: string, error: ModelError, body: JsonObject, used: Dialect): boolean;
}

export function createDialects(initial: Dialect): Dialects {
  const learned = new Map<string, Dialect>();
  const of = (model: string) => learned.get(model) ?? initial;
  return {
    of,
    learn(model, error, body, used) {
      // Another request has learned meanwhile.
      if (used !== of(model)) return true;
      const dialect = learnDialect(error, body, used);
      // Both names of the limit are refused.
      const isBack =
        used.maxTokens !== initial.maxTokens && dialect?.maxTokens === initial.maxTokens;
      if (!dialect || isBack) return false;
      learned.set(model, dialect);
      if (learned.size > MOST_MODELS) learned.delete(learned.keys().next().value as string);
      return true;
    },
  };
}

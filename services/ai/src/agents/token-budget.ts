import type { JsonObject } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { atMostTokens } from "../chat/tokens.ts";

/** What a run may still use of its agent's tokens: asked before each call of a model. */
export interface TokenBudget {
  /**
   * Tokens that an answer to these messages may have.
   * Throws VegaError `budget_exceeded` where nothing worth it would be left.
   */
  forAnswer(messages: readonly JsonObject[]): number;
  used(tokens: number): void;
}

const ANSWER_TOKENS = 1_024;
/** Less than this says nothing. */
const LEAST = 32;
/** English has about four bytes a token, few texts less than three. */
const BYTES_PER_TOKEN = 3;

export const estimateTokens = (messages: readonly JsonObject[]): number =>
  Math.ceil(messages.reduce((sum, message) => sum + atMostTokens(message), 0) / BYTES_PER_TOKEN);

/** @param left of the day's tokens; null: no limit */
export function createTokenBudget(left: number | null): TokenBudget {
  let rest = left ?? Number.POSITIVE_INFINITY;
  return {
    forAnswer(messages) {
      const room = rest - estimateTokens(messages);
      if (room < LEAST) {
        throw new VegaError("budget_exceeded", "the agent's tokens of today do not suffice");
      }
      return Math.min(ANSWER_TOKENS, room);
    },
    used(tokens) {
      rest -= tokens;
    },
  };
}

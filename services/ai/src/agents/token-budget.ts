import type { JsonObject } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { atMostTokens } from "../chat/tokens.ts";

/** Remaining tokens of an agent, checked before each call of a model. */
export interface TokenBudget {
  /**
   * Maximum completion tokens for these messages.
   * Throws VegaError `budget_exceeded` where too few are left.
   */
  completionTokens(messages: readonly JsonObject[]): number;
  spend(tokens: number): void;
}

const COMPLETION_TOKENS = 1_024;
/** A shorter completion is useless. */
const MIN_TOKENS = 32;
/** Estimate: English has about four bytes per token, few texts less than three. */
const BYTES_PER_TOKEN = 3;

export const estimateTokens = (messages: readonly JsonObject[]): number =>
  Math.ceil(messages.reduce((sum, message) => sum + atMostTokens(message), 0) / BYTES_PER_TOKEN);

/** @param left tokens left today; null: no limit */
export function createTokenBudget(left: number | null): TokenBudget {
  let rest = left ?? Number.POSITIVE_INFINITY;
  return {
    completionTokens(messages) {
      const room = rest - estimateTokens(messages);
      if (room < MIN_TOKENS) {
        throw new VegaError("budget_exceeded", "the agent's daily tokens are used up");
      }
      return Math.min(COMPLETION_TOKENS, room);
    },
    spend(tokens) {
      rest -= tokens;
    },
  };
}

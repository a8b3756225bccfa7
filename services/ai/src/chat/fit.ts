import type { JsonObject } from "@vega/contracts";
import type { CountTokens } from "./tokens.ts";

/** Completion tokens where the request has no limit. */
const DEFAULT_COMPLETION = 1_024;
/** Context window of a model without a configured one, in tokens. */
export const DEFAULT_WINDOW = 32_768;
/** Part of the budget that a cut keeps: less than needed, so that not every turn makes a new summary. */
const KEPT_PART = 0.5;

/** Maximum completion tokens of the request; undefined: no limit. */
export function completionTokens({
  max_completion_tokens,
  max_tokens,
}: JsonObject): number | undefined {
  const limit = max_completion_tokens ?? max_tokens;
  // Some clients send -1 for no limit.
  return typeof limit === "number" && limit > 0 ? limit : undefined;
}

/** Maximum prompt tokens. */
export function budgetOf(window: number | undefined, options: JsonObject): number {
  const { tools } = options;
  const wanted = completionTokens(options) ?? DEFAULT_COMPLETION;
  // A long completion implies a larger window than the default, so it takes at most half of it.
  const completion = window === undefined ? Math.min(wanted, DEFAULT_WINDOW / 2) : wanted;
  const described = tools === undefined ? 0 : Math.ceil(JSON.stringify(tools).length / 3);
  return Math.max(0, (window ?? DEFAULT_WINDOW) - completion - described);
}

/** The part of a conversation in the prompt. */
export interface Cut {
  /** Index of the first message that stays. */
  readonly from: number;
  /** Index of an earlier message that stays: the question of the turn that the cut divides. */
  readonly question: number | undefined;
}

/**
 * Cuts off the oldest messages so that the rest fits into a budget of tokens. The cut is at a user message or, within one
 * turn that is too long, between its tool calls; then its question stays. Tool calls and their results stay together.
 * The request's messages always stay, with their question and the tool call of their results; if these are too long, the
 * provider reports it.
 * @param history the conversation, the oldest message first, each tool call followed by its results
 */
export function cutToBudget(
  history: readonly JsonObject[],
  request: readonly JsonObject[],
  budget: number,
  count: CountTokens,
): Cut {
  const sizes = history.map(count);
  const sizeFrom = (from: number) => sizes.slice(from).reduce((sum, size) => sum + size, 0);
  const fixed = request.reduce((sum, message) => sum + count(message), 0);
  if (sizeFrom(0) + fixed <= budget) return { from: 0, question: undefined };
  const room = (budget - fixed) * KEPT_PART;
  const question = history.findLastIndex(({ role }) => role === "user");
  let from = firstNeeded(history, request);
  let size = sizeFrom(from) + (question >= 0 && question < from ? (sizes[question] ?? 0) : 0);
  for (let at = from - 1; at >= 0; at -= 1) {
    // The question is already counted.
    if (at !== question) size += sizes[at] ?? 0;
    if (size > room) break;
    if (history[at]?.["role"] !== "tool") from = at;
  }
  if (from <= question) {
    const start = history.findIndex(({ role }, at) => at >= from && role === "user");
    return { from: start, question: undefined };
  }
  const isOpen = from < history.length || !request.some(({ role }) => role === "user");
  return { from, question: question >= 0 && isOpen ? question : undefined };
}

/** Index from which the history must stay: the call of the request's tool results, or the last call of the open turn. */
function firstNeeded(history: readonly JsonObject[], request: readonly JsonObject[]): number {
  const call = history.findLastIndex(({ tool_calls }) => Array.isArray(tool_calls));
  if (call < 0) return history.length;
  const messages = request.filter(({ role }) => role !== "system" && role !== "developer");
  if (messages[0]?.["role"] === "tool") return call;
  const isInRequest = messages.some(({ role, tool_calls }) => role === "user" || tool_calls);
  const isOfTurn = !history.some(({ role }, at) => at > call && role === "user");
  return !isInRequest && isOfTurn ? call : history.length;
}

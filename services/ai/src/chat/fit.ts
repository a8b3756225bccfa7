import type { JsonObject } from "@vega/contracts";
import type { CountTokens } from "./tokens.ts";

/** Room for an answer where the caller names none, in tokens. */
const ANSWER_TOKENS = 1_024;
/** What is taken for a model's window where nobody said how large it is. */
export const DEFAULT_WINDOW = 32_768;
/** When something has to go, more than needed goes, so that not every turn makes a new summary. */
const KEPT_PART = 0.5;

/** Tokens that the caller allows for the answer; undefined where it names none. */
export function answerTokens({
  max_completion_tokens,
  max_tokens,
}: JsonObject): number | undefined {
  const asked = max_completion_tokens ?? max_tokens;
  // Some write -1 for as much as there is room for.
  return typeof asked === "number" && asked > 0 ? asked : undefined;
}

/** Tokens that a prompt may have. */
export function budgetOf(window: number | undefined, options: JsonObject): number {
  const { tools } = options;
  const wanted = answerTokens(options) ?? ANSWER_TOKENS;
  // Who may answer at such length has a larger window than what is guessed, and no reason to forget everything.
  const answer = window === undefined ? Math.min(wanted, DEFAULT_WINDOW / 2) : wanted;
  const described = tools === undefined ? 0 : Math.ceil(JSON.stringify(tools).length / 3);
  return Math.max(0, (window ?? DEFAULT_WINDOW) - answer - described);
}

/** What of a conversation goes before a model. */
export interface Cut {
  /** The first message that stays; all after it stay as well. */
  readonly from: number;
  /** Before that, the question of the turn that the cut goes through. */
  readonly question: number | undefined;
}

/**
 * Cuts the oldest messages off so that the rest fits into a budget of tokens. The cut is at a user's message or, where
 * one turn alone is too long, between its tool calls: then its question stays. Tool calls and their results stay or go
 * together. What the request has always stays, as do the question that it is about and the call that its results belong
 * to: that they are too long is for the model to say.
 * @param history the conversation so far, the oldest first, each call with its results behind it
 */
export function cutToBudget(
  history: readonly JsonObject[],
  asked: readonly JsonObject[],
  budget: number,
  count: CountTokens,
): Cut {
  const sizes = history.map(count);
  const sizeFrom = (from: number) => sizes.slice(from).reduce((sum, size) => sum + size, 0);
  const fixed = asked.reduce((sum, message) => sum + count(message), 0);
  if (sizeFrom(0) + fixed <= budget) return { from: 0, question: undefined };
  const room = (budget - fixed) * KEPT_PART;
  const question = history.findLastIndex(({ role }) => role === "user");
  let from = firstNeeded(history, asked);
  let size = sizeFrom(from) + (question >= 0 && question < from ? (sizes[question] ?? 0) : 0);
  for (let at = from - 1; at >= 0; at -= 1) {
    // The question is counted already.
    if (at !== question) size += sizes[at] ?? 0;
    if (size > room) break;
    if (history[at]?.["role"] !== "tool") from = at;
  }
  if (from <= question) {
    const start = history.findIndex(({ role }, at) => at >= from && role === "user");
    return { from: start, question: undefined };
  }
  const isOpen = from < history.length || !asked.some(({ role }) => role === "user");
  return { from, question: question >= 0 && isOpen ? question : undefined };
}

/** From where on a history has to stay: the call whose results the request has, or the last one of the open turn. */
function firstNeeded(history: readonly JsonObject[], asked: readonly JsonObject[]): number {
  const call = history.findLastIndex(({ tool_calls }) => Array.isArray(tool_calls));
  if (call < 0) return history.length;
  const said = asked.filter(({ role }) => role !== "system" && role !== "developer");
  if (said[0]?.["role"] === "tool") return call;
  const isInRequest = said.some(({ role, tool_calls }) => role === "user" || tool_calls);
  const isOfTurn = !history.some(({ role }, at) => at > call && role === "user");
  return !isInRequest && isOfTurn ? call : history.length;
}

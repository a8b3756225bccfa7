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

/**
 * How many of the oldest messages have to go so that the rest fits into a budget of tokens. What is asked now always
 * stays: that it is too long is for the model to say.
 * @param history the conversation so far, the oldest first
 */
export function countLeftOut(
  history: readonly JsonObject[],
  asked: readonly JsonObject[],
  budget: number,
  count: CountTokens,
): number {
  const sizes = history.map(count);
  const fixed = asked.reduce((sum, message) => sum + count(message), 0);
  const total = sizes.reduce((sum, size) => sum + size, fixed);
  if (total <= budget) return 0;
  let left = (budget - fixed) * KEPT_PART;
  let kept = 0;
  for (const size of sizes.toReversed()) {
    if (size > left) break;
    left -= size;
    kept += 1;
  }
  return startOfTurn(history, history.length - kept);
}

/** Answers of tools are nothing without the calls before them: the first message that is kept begins a turn. */
function startOfTurn(history: readonly JsonObject[], from: number): number {
  let at = from;
  while (at < history.length && history[at]?.role !== "user") at += 1;
  return at;
}

import type { Comparable } from "./comparable.ts";
import { isSame } from "./comparable.ts";

/*
 * Aligns a request's messages with those of the conversation. System prompts are left out of both: many clients put the
 * time into theirs, so they differ in each request.
 */

export type StoredComparable = Comparable & { readonly isPartial: boolean };

/** `run` messages of the request, from index `given`, equal those of the conversation from index `stored`. */
export interface Alignment {
  readonly stored: number;
  readonly given: number;
  readonly run: number;
  /** The request repeats the conversation from its start: messages that it leaves out are not shown. */
  readonly isFromStart: boolean;
}

/**
 * Whether a request may be the client's list of the conversation and not only its next messages: it has an assistant or
 * user message before its last message.
 */
export const mayBeList = (given: readonly Pick<Comparable, "role">[]): boolean =>
  given.slice(0, -1).some(({ role }) => role === "assistant" || role === "user");

/**
 * Finds the longest run of stored messages at the start of the request. Undefined: its first message differs.
 * @param isWhole whether `stored` has the first message of the conversation
 */
export function alignList(
  stored: readonly StoredComparable[],
  given: readonly Comparable[],
  isWhole: boolean,
): Alignment | undefined {
  let best: Alignment | undefined;
  const first = isWhole ? 0 : 1 - given.length;
  for (let offset = first; offset < stored.length; offset += 1) {
    const at = { stored: Math.max(0, offset), given: Math.max(0, -offset) };
    const run = runOf(stored, given, at);
    const isFromStart = isWhole && offset === 0;
    // In the middle of a conversation a repeated question alone does not indicate a list.
    const matched = given.slice(at.given, at.given + run);
    const isEvident = isFromStart || matched.some(({ role }) => role === "assistant");
    if (run === 0 || !isEvident) continue;
    const isBetter = !best || run > best.run || (run === best.run && !best.isFromStart);
    if (isBetter) best = { ...at, run, isFromStart };
  }
  return best;
}

function runOf(
  stored: readonly StoredComparable[],
  given: readonly Comparable[],
  at: { stored: number; given: number },
): number {
  let run = 0;
  for (;;) {
    const [one, other] = [stored[at.stored + run], given[at.given + run]];
    if (!one || !other || !isSame(one, other)) return run;
    run += 1;
  }
}

/**
 * Finds messages at the end of a conversation, without a complete assistant message, that the request repeats, as after
 * a failure.
 */
export function alignRepeated(
  stored: readonly StoredComparable[],
  given: readonly Comparable[],
): Alignment | undefined {
  const end = stored.findLastIndex(({ role, isPartial }) => role !== "assistant" || !isPartial) + 1;
  const answered = stored.slice(0, end).findLastIndex(({ role }) => role === "assistant") + 1;
  for (let run = Math.min(end - answered, given.length); run > 0; run -= 1) {
    const at = { stored: end - run, given: 0 };
    if (runOf(stored.slice(0, end), given, at) === run) return { ...at, run, isFromStart: false };
  }
  return undefined;
}

import type { Comparable } from "./comparable.ts";
import { isSame } from "./comparable.ts";

/*
 * Where a request's messages stand in a conversation. Both without system prompts: many clients write the time into
 * theirs, so that no two requests have the same.
 */

export type StoredComparable = Comparable & { readonly isPartial: boolean };

/** `run` messages of the request, from `given` on, are those of the conversation from `stored` on. */
export interface Alignment {
  readonly stored: number;
  readonly given: number;
  readonly run: number;
  /** Whether the request has the conversation from its beginning: what it leaves out is not to be seen. */
  readonly isFromStart: boolean;
}

/**
 * Whether a request may be a list that the client keeps, and not only what comes next: it has an answer before its last
 * message, or a question before another one.
 */
export const mayBeList = (given: readonly Pick<Comparable, "role">[]): boolean =>
  given.slice(0, -1).some(({ role }) => role === "assistant" || role === "user");

/**
 * Finds the longest run of stored messages that the request begins with. Undefined: it has none, and says something else
 * from its first message on.
 * @param isWhole whether `stored` begins where the conversation does
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
    // In the middle of a conversation only an answer tells a client's list from a question that is asked again.
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
 * Finds messages at the end of a conversation, without an answer so far, that the request asks again, as after a failure.
 * An answer that broke off counts as none.
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

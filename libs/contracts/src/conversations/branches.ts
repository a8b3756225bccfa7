import type { Conversation } from "./documents.ts";

/*
 * A conversation whose client regenerated an answer or edited a message has branches. Its messages stay where they are;
 * `branches` says which message follows another one than its predecessor by position.
 */

/** Positions, both ends included. */
export interface PositionRange {
  readonly from: number;
  readonly to: number;
}

type Branched = Pick<Conversation, "branches">;

/** The messages that lead to the one at position `last`, itself included, in ascending ranges. */
export function pathTo({ branches = [] }: Branched, last: number): PositionRange[] {
  const ranges: PositionRange[] = [];
  let to = last;
  for (const { at, after } of branches.toReversed()) {
    if (at > to) continue;
    ranges.push({ from: at, to });
    if (after === null) return ranges.toReversed();
    to = after;
  }
  if (to >= 0) ranges.push({ from: 0, to });
  return ranges.toReversed();
}

/** The messages of the current branch: those that lead to the newest one. */
export const currentPath = (
  conversation: Branched & Pick<Conversation, "message_count">,
): PositionRange[] => pathTo(conversation, conversation.message_count - 1);

export const isOnPath = (ranges: readonly PositionRange[], position: number): boolean =>
  ranges.some(({ from, to }) => from <= position && position <= to);

export const pathLength = (ranges: readonly PositionRange[]): number =>
  ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);

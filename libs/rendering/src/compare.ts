import type { Change } from "diff";
import { diffLines, diffWordsWithSpace } from "diff";
import type { DiffPart, DiffUnit } from "./protocol.ts";

/** The differences of two texts. Words of each line with changes are compared with those of its counterpart. */
export function compare(before: string, after: string, by: DiffUnit): DiffPart[] {
  const lines = diffLines(before, after);
  return by === "lines" ? lines.map(partOf) : lines.flatMap((line, at) => wordsIn(lines, line, at));
}

const partOf = ({ added, removed, value }: Change): DiffPart => ({
  change: added ? "added" : removed ? "removed" : "same",
  text: value,
});

/** Larger replacements are shown as a whole: they have hardly a word in common. */
const MAX_COMPARED = 20_000;

/** A removal that an addition follows is a replacement: its words are compared. */
function wordsIn(lines: readonly Change[], line: Change, at: number): DiffPart[] {
  const next = lines[at + 1];
  const previous = lines[at - 1];
  if (line.added && previous?.removed && isSmall(previous, line)) return [];
  if (!line.removed || !next?.added || !isSmall(line, next)) return [partOf(line)];
  return diffWordsWithSpace(line.value, next.value).map(partOf);
}

const isSmall = (one: Change, other: Change): boolean =>
  one.value.length + other.value.length <= MAX_COMPARED;

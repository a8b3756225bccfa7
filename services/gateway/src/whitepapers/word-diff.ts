import type { DiffPart, DiffUnit } from "@vega/rendering";

const MARKS = { same: ["", ""], removed: ["[-", "-]"], added: ["{+", "+}"] } as const;
const SIGNS = { same: " ", removed: "-", added: "+" } as const;

/** A comparison as text: by words as `git diff --word-diff`, by lines as a diff without line numbers. */
export function toWordDiff(parts: readonly DiffPart[], by: DiffUnit): string {
  if (by === "words") {
    return parts.map(({ change, text }) => MARKS[change][0] + text + MARKS[change][1]).join("");
  }
  const lines = parts.flatMap(({ change, text }) =>
    text
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => `${SIGNS[change]}${line}\n`),
  );
  return lines.join("");
}

/**
 * The complete sentences of a growing text after a position: what a screen reader can be told already.
 * @returns the sentences, and the position after them
 */
export function finishedSentences(text: string, from: number): { text: string; to: number } {
  const rest = text.slice(from);
  const ends = [...rest.matchAll(/[.!?…:]["')\]]?(?=\s)|\n\n/g)];
  const last = ends.at(-1);
  if (!last) return { text: "", to: from };
  const length = last.index + last[0].length;
  return { text: rest.slice(0, length).trim(), to: from + length };
}

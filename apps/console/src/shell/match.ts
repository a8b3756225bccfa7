/**
 * How well a text matches a search: its letters in their order, better where they follow each other or begin a word.
 * @returns undefined: no match
 */
export function score(text: string, search: string): number | undefined {
  const [where, what] = [text.toLowerCase(), search.toLowerCase().trim()];
  if (what === "") return 0;
  const whole = where.indexOf(what);
  if (whole !== -1) return 1_000 - whole * 2 - where.length;
  let total = 0;
  let from = 0;
  for (const letter of what) {
    const at = where.indexOf(letter, from);
    if (at === -1) return undefined;
    if (at === from) total += 4;
    if (at === 0 || where[at - 1] === " ") total += 6;
    total -= at - from;
    from = at + 1;
  }
  return total - where.length;
}

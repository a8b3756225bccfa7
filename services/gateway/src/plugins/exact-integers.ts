/** Digits that may be an integer which a double can't hold: 2^53 has 16. No part of a fraction or an exponent. */
const LONG_INTEGER = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** An integer in a JSON text that is another one once it is parsed. */
export interface InexactInteger {
  /** Characters before it. */
  readonly position: number;
  /** The member whose value it is; none for an item of a list. */
  readonly member: string | undefined;
}

/**
 * The first integer of a JSON text that a double can't hold: `9007199254740993` would be kept as `…992`, and an id
 * would be another one's.
 *
 * Only what is written as an integer is looked at. Who writes a fraction or an exponent means a measure, and every
 * JSON reader takes the nearest double for it: `0.1` itself is none. An integer that a double does hold is fine at
 * any size.
 * @param json valid JSON of finite numbers.
 */
export function findInexactInteger(json: string): InexactInteger | undefined {
  // Mostly there are no such digits: one search of the text is all that it costs.
  const strings = createStringTracker(json);
  for (const { index, 0: literal } of json.matchAll(LONG_INTEGER)) {
    if (strings.holds(index) || BigInt(literal) === BigInt(Number(literal))) continue;
    return { position: index, member: strings.memberOf(index) };
  }
  return undefined;
}

/** Which places of a JSON text are within a string; asked from left to right. */
function createStringTracker(json: string) {
  let open = -1;
  let close = -1;
  let nextOpen = json.indexOf('"');
  return {
    holds(index: number): boolean {
      while (nextOpen !== -1 && nextOpen < index) {
        open = nextOpen;
        close = endOfString(json, open);
        nextOpen = json.indexOf('"', close + 1);
      }
      return index < close;
    },
    /** The member's name, where a number outside of strings is its value: the string before it, then a colon. */
    memberOf(index: number): string | undefined {
      if (json.slice(close + 1, index).trim() !== ":") return undefined;
      return JSON.parse(json.slice(open, close + 1)) as string;
    },
  };
}

/** The closing quote of a string: the first that is not escaped. */
function endOfString(json: string, open: number): number {
  let quote = json.indexOf('"', open + 1);
  while (isEscaped(json, quote)) quote = json.indexOf('"', quote + 1);
  return quote;
}

function isEscaped(json: string, index: number): boolean {
  let backslashes = 0;
  while (json[index - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}

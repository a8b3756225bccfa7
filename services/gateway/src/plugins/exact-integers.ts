/** Digits that may be an integer beyond 2^53 (16 digits); not part of a fraction or an exponent. */
const LONG_INTEGER = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** An integer in a JSON text that parsing changes. */
export interface InexactInteger {
  /** Offset in the text. */
  readonly position: number;
  /** Name of the member; undefined for an item of an array. */
  readonly member: string | undefined;
}

/**
 * The first integer of a JSON text that a double cannot represent: `9007199254740993` would become `…992`, a different
 * id. Fractions and exponents are measures and may be rounded, as every JSON parser does. Integers that a double
 * represents exactly are accepted at any size.
 * @param json valid JSON of finite numbers.
 */
export function findInexactInteger(json: string): InexactInteger | undefined {
  // Most texts have no such digits: one search is the whole cost.
  const strings = createStringTracker(json);
  for (const { index, 0: literal } of json.matchAll(LONG_INTEGER)) {
    if (strings.holds(index) || BigInt(literal) === BigInt(Number(literal))) continue;
    return { position: index, member: strings.memberOf(index) };
  }
  return undefined;
}

/** Tells offsets inside of JSON strings from others; called with ascending offsets. */
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
    /** The name of the member whose value starts at an offset: the string before it, then a colon. */
    memberOf(index: number): string | undefined {
      if (json.slice(close + 1, index).trim() !== ":") return undefined;
      return JSON.parse(json.slice(open, close + 1)) as string;
    },
  };
}

/** The first unescaped quote. */
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

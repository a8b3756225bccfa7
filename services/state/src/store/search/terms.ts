import { SEARCHED_CHARACTERS } from "@vega/contracts";

/*
 * From texts to terms: the same for what is stored and for what is searched. A change here needs a new INDEX_VERSION.
 */

/** Characters of a term. Longer words are cut, in texts and in queries alike. */
const TERM_CHARACTERS = 32;
/** Distinct terms of a query; further ones are left out. */
const QUERY_TERMS = 16;

/** Letters that Unicode does not decompose, as people type them without their keyboard. */
const LETTERS: Readonly<Record<string, string>> = {
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
  ħ: "h",
  ŧ: "t",
  ŋ: "n",
  ĸ: "k",
  ς: "σ",
};
const SPECIAL = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "g");
/** Marks beside letters that are written without them as well: Latin, Greek, Cyrillic; Hebrew points; Arabic vowels. */
const MARKS =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670\u0640]/g;

/** Scripts that separate no words. */
const UNSPACED =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー々〆〇";
/** A run of a script without spaces, a word (letters, digits and their marks), or an emoji. */
const WORD = new RegExp(
  `[${UNSPACED}]+|[[\\p{L}\\p{N}\\p{M}]--[${UNSPACED}]]+|\\p{Extended_Pictographic}`,
  "gv",
);
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, "v");

/** ASCII needs none of Unicode's tables, and is most of most texts. */
const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text);

/** The same for "Straße", "STRASSE" and "strasse"; for "Ærø" and "aero". */
export function foldText(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  const folded = text.toWellFormed().normalize("NFKC").toLowerCase().toUpperCase().toLowerCase();
  const bare = folded.normalize("NFD").replaceAll(MARKS, "").normalize("NFC");
  return bare.replaceAll(SPECIAL, (letter) => LETTERS[letter] ?? letter);
}

const cut = (word: string): string =>
  word.length <= TERM_CHARACTERS ? word : Array.from(word).slice(0, TERM_CHARACTERS).join("");

/** Pairs of neighbours in a run without spaces; a text ends with its last character alone, found by one-character queries. */
function pairsOf(run: string, isQuery: boolean): string[] {
  const characters = Array.from(run);
  if (characters.length === 1) return [run];
  const pairs = characters.slice(1).map((next, n) => `${characters[n] ?? ""}${next}`);
  return isQuery ? pairs : [...pairs, characters.at(-1) ?? ""];
}

/** The terms of a folded text, in their order, with repetitions. */
function* readTerms(folded: string, isQuery: boolean): Generator<string> {
  for (const [word] of folded.matchAll(WORD)) {
    if (IS_UNSPACED.test(word)) yield* pairsOf(word, isQuery);
    else yield cut(word);
  }
}

/** Distinct terms of a stored text, in their order, up to a number of them. */
export function termsOf(text: string, limit: number): string[] {
  const terms = new Set<string>();
  for (const term of readTerms(foldText(text.slice(0, SEARCHED_CHARACTERS)), false)) {
    if (terms.size >= limit) break;
    terms.add(term);
  }
  return [...terms];
}

/**
 * What a document must have terms of that begin so. Empty where the query has neither letter nor digit.
 * A term that another one begins with is left out: what matches the longer one matches it.
 */
export function queryTerms(query: string): string[] {
  const terms = new Set(readTerms(foldText(query), true));
  const all = [...terms].slice(0, QUERY_TERMS);
  return all.filter((term) => !all.some((other) => other !== term && other.startsWith(term)));
}

/** Whether a text has a term that begins so for each of a query's terms. */
export function hasTerms(text: string, terms: readonly string[]): boolean {
  const there = termsOf(text, Number.POSITIVE_INFINITY);
  return terms.every((term) => there.some((one) => one.startsWith(term)));
}

/** Where the first word of an NFKC text is that one of a query's terms matches; -1 where none does. */
export function placeOfTerms(text: string, terms: readonly string[]): number {
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const folded = foldText(word);
    const isRun = IS_UNSPACED.test(folded);
    for (const term of terms) {
      const at = isRun ? folded.indexOf(term) : folded.startsWith(term) ? 0 : -1;
      if (at >= 0) return index + at;
    }
  }
  return -1;
}

import { SEARCHED_CHARACTERS } from "@vega/contracts";
import { placeOfTerms, queryTerms } from "../../store/search/terms.ts";

/** Characters of an excerpt before and after the match. */
const AROUND = 60;

/** A part of a text around the query as it was typed, else around the first of its words; else how the text begins. */
export function excerptOf(text: string, query: string): string {
  const plain = text.slice(0, SEARCHED_CHARACTERS).normalize("NFKC");
  const typed = query.normalize("NFKC").toLowerCase();
  // A few letters have more units in lower case, so the place may be off by as many; it is an excerpt.
  const whole = plain.toLowerCase().indexOf(typed);
  const at = Math.max(0, whole >= 0 ? whole : placeOfTerms(plain, queryTerms(query)));
  const length = whole >= 0 ? typed.length : 0;
  return plain.slice(Math.max(0, at - AROUND), at + length + AROUND).toWellFormed();
}

import { z } from "zod";

/** The best match first: 3 before 2 before 1. */
export type SearchWeight = 1 | 2 | 3;

/** A searched text of a document, such as its title. */
export interface SearchField {
  readonly text: string;
  readonly weight: SearchWeight;
}

/** Values that a search filters by, under names of the collection's choice. Compared exactly, as they are. */
export type SearchValues = Readonly<Record<string, string | readonly string[]>>;

/** Characters of a document's text that a search reads, and distinct words that it knows of it. */
export const SEARCHED_CHARACTERS = 65_536;
export const SEARCHED_WORDS = 1_000;

/**
 * What a search knows of a document. The words of a text are found by how they begin, in any case and with or without
 * diacritics. The fields with the highest weight come first where {@link SEARCHED_WORDS} cuts a document off.
 */
export interface SearchEntry {
  /** ISO 8601. Of documents that match equally well the newest comes first, then the one with the lowest id. */
  readonly newest: string;
  /** Such as `{ owner: "…", tag: ["a", "b"] }`. */
  readonly values: SearchValues;
  readonly fields: readonly SearchField[];
}

/** A place in the results of a search, as a text for URLs: weight, time and id of the last result. */
export const searchCursorSchema = z
  .string()
  .max(2_000)
  .regex(/^[0-3]\.-?\d{1,16}\.[A-Za-z0-9%_.!~*'()-]+$/, "this is no cursor");

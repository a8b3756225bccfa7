import type { SearchEntry, SearchValues } from "@vega/contracts";
import { COLLECTIONS, SEARCHED_WORDS } from "@vega/contracts";
import type { Collection } from "../collections.ts";
import { termsOf } from "./terms.ts";

/**
 * What both adapters store of a document. A key is a value (`=tag=raven`) or a term with the weight up to which it
 * counts in front: the term of a title is there as `3raven`, `2raven` and `1raven`. So the documents that match with a
 * weight of at least 2 are those with a key for each term that begins with 2 and the term.
 */
export interface IndexEntry {
  /** Milliseconds since the epoch. */
  readonly newest: number;
  readonly keys: readonly string[];
}

/** In the year 2248. */
const MAX_MILLISECONDS = 2 ** 43 - 2;

const declared = new Map(
  COLLECTIONS.flatMap(({ name, search }) => (search ? [[name, search] as const] : [])),
);

/** The collections that can be searched. */
export const SEARCHED: ReadonlySet<Collection> = new Set(declared.keys());

export const valueKey = (name: string, value: string): string => `=${name}=${value}`;

/** Null where a search does not find the document. */
export function indexEntry(collection: Collection, body: unknown): IndexEntry | null {
  // The body is of this collection: the store gets it from commands, backups and itself.
  const entry = declared.get(collection)?.(body as never);
  return entry ? toIndexEntry(entry) : null;
}

export function toIndexEntry({ newest, values, fields }: SearchEntry): IndexEntry {
  const keys = new Set(valueKeys(values));
  const seen = new Set<string>();
  for (const { text, weight } of fields.toSorted((a, b) => b.weight - a.weight)) {
    for (const term of termsOf(text, SEARCHED_WORDS)) {
      if (seen.size >= SEARCHED_WORDS) break;
      if (seen.has(term)) continue;
      seen.add(term);
      for (let level = weight; level >= 1; level -= 1) keys.add(`${level}${term}`);
    }
  }
  return { newest: toMilliseconds(newest), keys: [...keys] };
}

/** Within the range that an integer of 64 bits holds together with a number within the millisecond; 0 for no time. */
function toMilliseconds(time: string): number {
  const at = Date.parse(time);
  return Number.isNaN(at) ? 0 : Math.min(Math.max(at, -MAX_MILLISECONDS), MAX_MILLISECONDS);
}

function valueKeys(values: SearchValues): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((one) => valueKey(name, one)),
  );
}

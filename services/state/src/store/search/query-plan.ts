import type { SearchQuery } from "../store.ts";
import type { SearchPlace } from "./cursor.ts";
import { readSearchCursor } from "./cursor.ts";
import { valueKey } from "./index-entry.ts";
import { queryTerms } from "./terms.ts";

/** One step of a search: documents that match with exactly one weight, newest first, then by id. */
export interface SearchStep {
  readonly weight: number;
  /** A document has a key that begins with each of these, … */
  readonly all: readonly string[];
  /** … but not one for each of these, which would be the weight above. Empty: no such condition. */
  readonly notAll: readonly string[];
  /** Of each group it has one of these keys. */
  readonly values: readonly (readonly string[])[];
  /** Only documents beyond this one in the order of results. */
  readonly after: Pick<SearchPlace, "newest" | "id"> | undefined;
}

const WEIGHTS = [3, 2, 1] as const;

/**
 * The steps of a search in the order of its results; none where nothing can match. Both adapters run the same steps.
 * Throws VegaError `invalid` for a malformed cursor.
 */
export function planSearch({ text, values = {}, cursor }: SearchQuery): SearchStep[] {
  const groups = Object.entries(values).map(([name, oneOf]) =>
    oneOf.map((value) => valueKey(name, value)),
  );
  const from = cursor === undefined ? undefined : readSearchCursor(cursor);
  const stepOf = (weight: number, all: string[], notAll: string[]): SearchStep => ({
    weight,
    all,
    notAll,
    values: groups,
    after: from?.weight === weight ? from : undefined,
  });
  if (groups.some((oneOf) => oneOf.length === 0)) return [];
  if (text.trim() === "") return [stepOf(0, [], [])];
  const terms = queryTerms(text);
  if (terms.length === 0) return [];
  const keysOf = (weight: number) => terms.map((term) => `${weight}${term}`);
  return WEIGHTS.filter((weight) => from === undefined || weight <= from.weight).map((weight) =>
    stepOf(weight, keysOf(weight), weight === WEIGHTS[0] ? [] : keysOf(weight + 1)),
  );
}

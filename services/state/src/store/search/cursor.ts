import { searchCursorSchema, VegaError } from "@vega/contracts";
import type { SearchHit } from "../store.ts";

/** The place of a document among the results of a search. */
export interface SearchPlace {
  /** 0 in a search without terms. */
  readonly weight: number;
  /** Milliseconds since the epoch. */
  readonly newest: number;
  readonly id: string;
}

export const searchCursor = ({ weight, newest, id }: SearchPlace): string =>
  `${weight}.${newest}.${encodeURIComponent(id)}`;

export const toHit = (place: SearchPlace): SearchHit => ({
  id: place.id,
  weight: place.weight,
  cursor: searchCursor(place),
});

/** Throws VegaError `invalid` for text that is no cursor. */
export function readSearchCursor(cursor: string): SearchPlace {
  const parts = searchCursorSchema.safeParse(cursor).success ? cursor.split(".") : [];
  const [weight = "", newest = "", ...id] = parts;
  try {
    if (parts.length > 0) {
      const place = { weight: Number(weight), newest: Number(newest) };
      return { ...place, id: decodeURIComponent(id.join(".")) };
    }
  } catch {
    // A lone "%".
  }
  throw new VegaError("invalid", "the cursor is not one of this search: start again without it");
}

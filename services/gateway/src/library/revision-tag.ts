import { readIfMatch } from "../read-model/etag.ts";

/** The entity tag of an asset's metadata. */
export const revisionTag = (revision: number): string => `"${revision}"`;

/**
 * The revisions that an If-Match header names; undefined without one, and for `*`, which any asset meets.
 * Throws VegaError `invalid` for a malformed header.
 */
export const revisionsOf = (ifMatch: string | undefined): number[] | undefined =>
  // A tag of another form is one of another resource, and matches no revision.
  readIfMatch(ifMatch)
    ?.filter((tag) => /^\d{1,9}$/.test(tag))
    .map(Number);

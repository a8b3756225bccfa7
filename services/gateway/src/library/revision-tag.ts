import { VegaError } from "@vega/contracts";

/** The entity tag of an asset's metadata. */
export const revisionTag = (revision: number): string => `"${revision}"`;

/**
 * The revisions that an If-Match header names; undefined without one, and for `*`, which any asset meets.
 * Throws VegaError `invalid` for a malformed header.
 */
export function revisionsOf(ifMatch: string | undefined): number[] | undefined {
  if (ifMatch === undefined || ifMatch.trim() === "*") return undefined;
  return ifMatch.split(",").flatMap((part) => {
    const [, weak, tag] = /^(W\/)?"([\x21\x23-\x7e]*)"$/.exec(part.trim()) ?? [];
    if (tag === undefined) {
      throw new VegaError(
        "invalid",
        'If-Match must be entity tags such as "3", separated by commas',
      );
    }
    // Weak tags never match (RFC 9110, section 13.1.1), nor do those of other resources.
    return weak === undefined && /^\d{1,9}$/.test(tag) ? [Number(tag)] : [];
  });
}

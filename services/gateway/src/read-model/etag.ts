import { VegaError } from "@vega/contracts";

const ENTITY_TAG = /(?:W\/)?("[^"]*")/g;

/**
 * Whether an If-None-Match header names this entity tag: a list, `*`, weak tags compared weakly.
 * Source: RFC 9110, section 13.1.2.
 */
export function matchesEtag(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch === etag) return true;
  if (ifNoneMatch.trim() === "*") return true;
  for (const [, tag] of ifNoneMatch.matchAll(ENTITY_TAG)) if (tag === etag) return true;
  return false;
}

/** Header value: `*`, or a list of entity tags. */
const TAG_LIST = /^\s*(?:\*|(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*)\s*$/;

/**
 * The entity tags of an If-Match header, without quotes, for a resource that always exists: undefined for no header and
 * for `*`, which such a resource fulfils. Weak tags never match and are left out. Throws VegaError `invalid`.
 * Source: RFC 9110, section 13.1.1.
 */
export function readIfMatch(ifMatch: string | undefined): string[] | undefined {
  if (ifMatch === undefined) return undefined;
  if (!TAG_LIST.test(ifMatch)) {
    throw new VegaError(
      "invalid",
      'If-Match has to be "*" or the ETag of a response with its quotes, such as "a-1-b"',
    );
  }
  if (ifMatch.trim() === "*") return undefined;
  return [...ifMatch.matchAll(ENTITY_TAG)]
    .filter(([tag]) => !tag.startsWith("W/"))
    .map(([, tag = ""]) => tag.slice(1, -1));
}

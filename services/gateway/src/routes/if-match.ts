import { VegaError } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import { readIfMatch } from "../read-model/etag.ts";

/**
 * The sequences that If-Match names, as the ETag of a read has one; null for `*`, which matches any state.
 * Throws VegaError `precondition_required` without the header, `invalid` for another form.
 */
export function sequencesToMatch({ headers }: Pick<FastifyRequest, "headers">): number[] | null {
  const given = headers["if-match"];
  if (given === undefined) {
    throw new VegaError(
      "precondition_required",
      "send If-Match with the ETag that you have read, so that no change of somebody else is lost; `*` overwrites any",
    );
  }
  const tags = readIfMatch(given);
  // A tag of another form is one of another resource, and matches no state.
  return tags?.filter((tag) => /^[1-9]\d{0,14}$/.test(tag)).map(Number) ?? null;
}

/** The ETag of a document by the sequence of its last change. */
export const sequenceTag = (sequence: number): string => `"${sequence}"`;

import { z } from "zod";

/**
 * A time from a client: ISO 8601, in UTC or with an offset, of any precision. It is normalised to UTC with
 * milliseconds like the times of log and documents, which are compared as text.
 */
export const instantSchema = z.iso
  .datetime({
    offset: true,
    error: "has to be a time with its zone, such as 2026-01-31T12:00:00Z (in a URL + is %2B)",
  })
  .transform((text) => new Date(text).toISOString());

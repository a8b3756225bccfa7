import { z } from "zod";

/**
 * A moment as a client writes it: ISO 8601, in UTC or with an offset, as exactly as it likes. It becomes UTC with
 * milliseconds, as the log and documents have their times: those are compared as text.
 */
export const instantSchema = z.iso
  .datetime({
    offset: true,
    error: "has to be a time with its zone, such as 2026-01-31T12:00:00Z (in a URL + is %2B)",
  })
  .transform((text) => new Date(text).toISOString());

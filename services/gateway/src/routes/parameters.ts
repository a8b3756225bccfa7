import { z } from "zod";

const toNumber = (value: unknown): unknown =>
  typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;

/** An integer in a URL, as decimal digits only: `Number` would also accept `1e3`, `0x10` and the empty string. */
export const wholeNumber = (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  z
    .preprocess(
      toNumber,
      z
        .int({ error: "has to be a whole number" })
        .min(least, { error: `has to be at least ${least}` })
        .max(most, { error: `has to be at most ${most}` }),
    )
    .meta({
      type: "integer",
      minimum: least,
      ...(most < Number.MAX_SAFE_INTEGER && { maximum: most }),
    });

/** The position after which the next page starts, from `next_cursor` of the last one. */
export const cursorQuery = (least: number) =>
  wholeNumber(least).optional().meta({ description: "`next_cursor` of the previous page" });

export const limitQuery = (most: number, standard: number) =>
  wholeNumber(1, most)
    .default(standard)
    .meta({ description: `Entries of a page at most; default ${standard}` });

/** `true` or `false`; default false. */
export const flagQuery = (description: string) =>
  z.stringbool().default(false).meta({ type: "boolean", default: false, description });

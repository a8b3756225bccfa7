import { z } from "zod";
import { auditEntrySchema, compactedRangeSchema } from "../audit/documents.ts";
import { instantSchema } from "../define/instant.ts";
import { CORE_NAMES } from "../crystal/documents.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { momentSchema } from "../define/moment.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { historyEntrySchema, MAX_POINTS } from "./documents.ts";

export const requests = {
  /**
   * Entries that the history lists and that meet every filter, newest first. A page is full unless the history ends:
   * entries of accounts between them are passed over.
   */
  list: defineRequest({
    subject: "vega.state.history.list",
    callers: ["gateway"],
    input: z.object({
      actor: z.string().max(128).optional(),
      /** An event's type, or the start of one before a `*`. */
      type: z.string().max(128).optional(),
      /** A subject, or the start of one before a `*`. */
      subject: z.string().max(256).optional(),
      /** Entries of this time and later. */
      from: instantSchema.optional(),
      /** Not included. */
      to: instantSchema.optional(),
      before: z.int().min(1).optional(),
      limit: z.int().min(1).max(500).default(100),
    }),
    output: z.object({
      ...sequenced,
      entries: z.array(historyEntrySchema),
      /** Newest first. */
      thinned: z.array(compactedRangeSchema),
      /** `before` of the next page; null at the end. */
      next_before: z.int().nullable(),
    }),
    errors: ["invalid"],
  }),

  /** One entry, and the documents that it changed, before and after; null: did not exist. */
  get: defineRequest({
    subject: "vega.state.history.get",
    callers: ["gateway"],
    input: z.object({ sequence: z.int().min(1) }),
    output: z.object({
      ...sequenced,
      entry: auditEntrySchema,
      documents: z.array(
        z.object({
          /** `<collection>/<id>` */
          document: z.string(),
          before: jsonObjectSchema.nullable(),
          after: jsonObjectSchema.nullable(),
        }),
      ),
      /** False where the entries before it were compacted; `before` is null then. */
      before_known: z.boolean(),
    }),
    errors: ["not_found", "gone"],
  }),

  /**
   * Power of the cores over a range of the log: from the first entry at or after `from` (default: one day before `to`)
   * to the last one at `to` (default: the head). Downsampled for charts; every point is a real one.
   * `not_found`: `to` is before the log began or beyond its head. `too_large`: the range has too many iterations.
   */
  listCorePower: defineRequest({
    subject: "vega.state.history.cores",
    callers: ["gateway"],
    input: z.object({
      from: momentSchema.optional(),
      to: momentSchema.optional(),
      /** Maximum number of points of each core. */
      points: z.int().min(3).max(MAX_POINTS),
    }),
    output: z.object({
      ...sequenced,
      /** Sequences, inclusive; `from` is greater than `to` for an empty range. */
      from: z.int(),
      to: z.int(),
      /** Compacted ranges between the points, newest first. */
      thinned: z.array(compactedRangeSchema),
      /** Oldest first. */
      series: z.record(
        z.enum(CORE_NAMES),
        z.array(
          z.object({
            sequence: z.int(),
            time: z.iso.datetime(),
            power: z.int().min(0).max(100),
          }),
        ),
      ),
    }),
    errors: ["not_found", "too_large"],
    timeoutMs: 30_000,
  }),
};

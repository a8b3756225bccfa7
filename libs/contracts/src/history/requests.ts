import { z } from "zod";
import { auditEntrySchema, thinnedOutSchema } from "../audit/documents.ts";
import { CORE_NAMES } from "../crystal/documents.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { momentSchema } from "../define/moment.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { MAX_POINTS } from "./documents.ts";

export const requests = {
  /** One entry, and the documents of the crystal that it changed: as they were before and after; null where there was none. */
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
      /** False where what was before it was thinned out of the log; `before` is null then. */
      before_known: z.boolean(),
    }),
    errors: ["not_found", "gone"],
  }),

  /**
   * The cores' power over a stretch of the log: from the first entry at or after `from` (default: a day before `to`) until
   * the last one at `to` (default: the log's head). Thinned out for a plot, each point is one that was.
   * `not_found`: `to` is before the log began or beyond its head. `too_large`: the stretch has too many iterations.
   */
  listCorePower: defineRequest({
    subject: "vega.state.history.cores",
    callers: ["gateway"],
    input: z.object({
      from: momentSchema.optional(),
      to: momentSchema.optional(),
      /** At most so many of each core. */
      points: z.int().min(3).max(MAX_POINTS),
    }),
    output: z.object({
      ...sequenced,
      /** Sequences, both included; `from` is beyond `to` where nothing lies between them. */
      from: z.int(),
      to: z.int(),
      /** Where between the points entries were thinned out, newest first. */
      thinned: z.array(thinnedOutSchema),
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

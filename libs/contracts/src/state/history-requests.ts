import { z } from "zod";
import { defineRequest } from "../define.ts";
import { instantSchema } from "../instant.ts";
import { jsonObjectSchema } from "../json.ts";
import { sequenced } from "../sequenced.ts";
import { auditEntrySchema, thinnedOutSchema } from "./audit.ts";
import { CORE_NAMES, crystalSchema } from "./crystal.ts";
import { memoryEntrySchema, storedNamespaceSchema } from "./memory.ts";

/** A moment: right after an entry of the log, or a time (ISO 8601), which means the last entry until then. */
export const momentSchema = z.union([
  z.strictObject({ sequence: z.int().min(1) }),
  z.strictObject({ at: instantSchema }),
]);
export type Moment = z.infer<typeof momentSchema>;

/** `not_found`: a moment before the log began, or a sequence beyond its head. */
export const getCrystalAt = defineRequest({
  subject: "vega.state.crystal.at",
  input: z.object({ moment: momentSchema }),
  output: z.object({
    ...sequenced,
    /** Of the last entry until the moment, and its time. */
    of: z.object({ sequence: z.int(), time: z.iso.datetime() }),
    crystal: crystalSchema,
  }),
  errors: ["not_found"],
});

/** What a namespace held: values that had expired by then are not among it. `too_large`: more than can be sent. */
export const listMemoryAt = defineRequest({
  subject: "vega.state.memory.at",
  input: z.object({ namespace: storedNamespaceSchema, moment: momentSchema }),
  output: z.object({
    ...sequenced,
    of: z.object({ sequence: z.int(), time: z.iso.datetime() }),
    entries: z.array(memoryEntrySchema),
  }),
  errors: ["not_found", "too_large"],
});

/** One entry, and the documents of the crystal that it changed: as they were before and after; null where there was none. */
export const getHistoryEntry = defineRequest({
  subject: "vega.state.history.get",
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
});

/** Points of each core in one answer: four series of as many still fit into one message of the bus. */
export const MAX_POINTS = 2_000;

/**
 * The cores' power over a stretch of the log: from the first entry at or after `from` (default: a day before `to`) until
 * the last one at `to` (default: the log's head). Thinned out for a plot, each point is one that was.
 * `not_found`: `to` is before the log began or beyond its head. `too_large`: the stretch has too many iterations.
 */
export const getCoreHistory = defineRequest({
  subject: "vega.state.history.cores",
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
});
export type CorePoint = z.infer<typeof getCoreHistory.output>["series"]["alpha"][number];

/** What a restore may take over; the whole crystal is all of them. */
export const CRYSTAL_PARTS = ["agents", "modules", "loop", "settings"] as const;
export type CrystalPart = (typeof CRYSTAL_PARTS)[number];

/**
 * Puts the crystal, or parts of it, back to what it was at a moment: as a new entry on top of the log. The loop's
 * iteration never runs backwards, and cores are computed, not restored. With `dry_run` it only says what would be.
 */
export const restoreCrystal = defineRequest({
  subject: "vega.state.crystal.restore",
  input: z.object({
    moment: momentSchema,
    parts: z
      .array(z.enum(CRYSTAL_PARTS))
      .min(1)
      .default([...CRYSTAL_PARTS]),
    dry_run: z.boolean().default(false),
  }),
  output: z.object({
    ...sequenced,
    of: z.object({ sequence: z.int(), time: z.iso.datetime() }),
    before: crystalSchema,
    after: crystalSchema,
    /** Names of agents that come back of which nobody says any more what they are to do. */
    jobless: z.array(z.string()),
  }),
  errors: ["not_found"],
  timeoutMs: 15_000,
});

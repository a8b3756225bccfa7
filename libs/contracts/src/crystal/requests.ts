import { z } from "zod";
import { CRYSTAL_PARTS, crystalSchema, importReportSchema } from "./documents.ts";
import { jsonObjectSchema, jsonSchema } from "../define/json.ts";
import { momentSchema } from "../define/moment.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";

export const requests = {
  /** The crystal as of the answer's sequence: where a read model begins. */
  get: defineRequest({
    subject: "vega.state.crystal.get",
    callers: ["gateway", "loop", "ai"],
    input: z.object({}),
    output: z.object({ ...sequenced, log_id: z.string(), crystal: crystalSchema }),
    errors: [],
  }),

  /** Puts a predecessor's time_crystal.json in the place of the crystal: whole, or not at all. */
  import: defineRequest({
    subject: "vega.state.crystal.import",
    callers: ["gateway"],
    input: z.object({ file: jsonSchema, dry_run: z.boolean().default(false) }),
    output: z.object({ ...sequenced, report: importReportSchema }),
    errors: ["invalid"],
    timeoutMs: 15_000,
  }),

  /** The crystal as a time_crystal.json, credentials that came with an import among it. */
  export: defineRequest({
    subject: "vega.state.crystal.export",
    callers: ["gateway"],
    input: z.object({}),
    output: z.object({ ...sequenced, file: jsonObjectSchema }),
    errors: [],
  }),

  /** `not_found`: a moment before the log began, or a sequence beyond its head. */
  getAt: defineRequest({
    subject: "vega.state.crystal.at",
    callers: ["gateway"],
    input: z.object({ moment: momentSchema }),
    output: z.object({
      ...sequenced,
      /** Of the last entry until the moment, and its time. */
      of: z.object({ sequence: z.int(), time: z.iso.datetime() }),
      crystal: crystalSchema,
    }),
    errors: ["not_found"],
  }),

  /**
   * Puts the crystal, or parts of it, back to what it was at a moment: as a new entry on top of the log. The loop's
   * iteration never runs backwards, and cores are computed, not restored. With `dry_run` it only says what would be.
   */
  restore: defineRequest({
    subject: "vega.state.crystal.restore",
    callers: ["gateway"],
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
  }),
};

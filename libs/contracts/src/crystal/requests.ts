import { z } from "zod";
import { CRYSTAL_PARTS, crystalSchema, importReportSchema } from "./documents.ts";
import { jsonObjectSchema, jsonSchema } from "../define/json.ts";
import { momentSchema } from "../define/moment.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";

export const requests = {
  /** The crystal as of the reply's sequence, from which a read model starts. */
  get: defineRequest({
    subject: "vega.state.crystal.get",
    callers: ["gateway", "loop", "ai"],
    input: z.object({}),
    output: z.object({ ...sequenced, log_id: z.string(), crystal: crystalSchema }),
    errors: [],
  }),

  /** Replaces the crystal by a time_crystal.json, completely or not at all. */
  import: defineRequest({
    subject: "vega.state.crystal.import",
    callers: ["gateway"],
    input: z.object({ file: jsonSchema, dry_run: z.boolean().default(false) }),
    output: z.object({ ...sequenced, report: importReportSchema }),
    errors: ["invalid"],
    timeoutMs: 15_000,
  }),

  /** The crystal as a time_crystal.json, with imported credentials. */
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
      /** The last entry until the moment. */
      of: z.object({ sequence: z.int(), time: z.iso.datetime() }),
      crystal: crystalSchema,
    }),
    errors: ["not_found"],
  }),

  /**
   * Restores the crystal, or parts of it, to a moment by a new entry of the log. The loop's iteration never decreases, and
   * cores are computed, not restored. `dry_run`: replies with the result without a change.
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
      /** Names of restored agents without a definition. */
      jobless: z.array(z.string()),
    }),
    errors: ["not_found"],
    timeoutMs: 15_000,
  }),
};

import { z } from "zod";
import { defineRequest } from "../define.ts";
import { jsonObjectSchema, jsonSchema } from "../json.ts";
import { sequenced } from "../sequenced.ts";
import { crystalSchema } from "./crystal.ts";

/** The crystal as of the answer's sequence: where a read model begins. */
export const getCrystal = defineRequest({
  subject: "vega.state.crystal.get",
  input: z.object({}),
  output: z.object({ ...sequenced, log_id: z.string(), crystal: crystalSchema }),
  errors: [],
});

/** What an import did, or would do: by path in the file. */
export const importReportSchema = z.object({
  dry_run: z.boolean(),
  /** Path → where it went. */
  taken: z.record(z.string(), z.string()),
  /** Paths without a meaning here: kept as they are and exported again. */
  kept: z.array(z.string()),
  /** Path → why it was not taken over. */
  refused: z.record(z.string(), z.string()),
  /** What of the state until now is changed or removed: `<collection>/<id>`, or `/<key>` of what was kept as it was. */
  overwritten: z.record(z.string(), z.enum(["changed", "removed"])),
  counts: z.object({ agents: z.int(), modules: z.int() }),
  iteration: z.int(),
});
export type ImportReport = z.infer<typeof importReportSchema>;

/** Puts a predecessor's time_crystal.json in the place of the crystal: whole, or not at all. */
export const importCrystal = defineRequest({
  subject: "vega.state.crystal.import",
  input: z.object({ file: jsonSchema, dry_run: z.boolean().default(false) }),
  output: z.object({ ...sequenced, report: importReportSchema }),
  errors: ["invalid"],
  timeoutMs: 15_000,
});

/** The crystal as a time_crystal.json, credentials that came with an import among it. */
export const exportCrystal = defineRequest({
  subject: "vega.state.crystal.export",
  input: z.object({}),
  output: z.object({ ...sequenced, file: jsonObjectSchema }),
  errors: [],
});

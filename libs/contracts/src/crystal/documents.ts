import { z } from "zod";
import { agentSchema } from "../agents/documents.ts";
import { visitsSchema } from "../analytics/documents.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { loopSchema } from "../loop/documents.ts";
import { moduleSchema } from "../modules/documents.ts";

/** The result of an import, or of its dry run, by path in the file. */
export const importReportSchema = z.object({
  dry_run: z.boolean(),
  /** Path → target. */
  taken: z.record(z.string(), z.string()),
  /** Unknown paths: stored and exported unchanged. */
  kept: z.array(z.string()),
  /** Path → reason of the refusal. */
  refused: z.record(z.string(), z.string()),
  /** Existing documents that are changed or removed: `<collection>/<id>`, or `/<key>` of unknown keys. */
  overwritten: z.record(z.string(), z.enum(["changed", "removed"])),
  counts: z.object({ agents: z.int(), modules: z.int() }),
  iteration: z.int(),
});

export type ImportReport = z.infer<typeof importReportSchema>;

/** Unknown keys of an imported time_crystal.json: stored and exported unchanged. */
const extra = jsonObjectSchema.default({});

const time = z.iso.datetime();

export const CORE_NAMES = ["alpha", "omega", "vega", "mirror"] as const;

export const CORE_STATUSES = ["online", "active", "initializing", "offline"] as const;

export const coreSchema = z.object({
  name: z.enum(CORE_NAMES),
  status: z.enum(CORE_STATUSES),
  /** 0..100 */
  power: z.int().min(0).max(100),
  last_update: time,
  /** Iterations since the last report, 0 right after one. */
  missed: z.int().min(0),
  /** Metrics that `power` was computed from. */
  evidence: jsonObjectSchema,
  extra,
});

export const metaSchema = z.object({
  signature: z.string(),
  vtc_version: z.string(),
  created: z.string(),
  extra,
  updated_at: time,
});

export type Core = z.infer<typeof coreSchema>;

export type CoreName = Core["name"];

export type Meta = z.infer<typeof metaSchema>;

/** The whole crystal. */
export const crystalSchema = z.object({
  meta: metaSchema,
  loop: loopSchema,
  /** Names and descriptions of the phases; apart from the loop, since no iteration changes them. */
  phases: jsonObjectSchema,
  /** As imported; see `visits`. */
  analytics: jsonObjectSchema,
  /** Absent until the first page view. */
  visits: visitsSchema.optional(),
  /** Unknown top-level keys. */
  extra: jsonObjectSchema,
  cores: z.array(coreSchema),
  agents: z.array(agentSchema),
  modules: z.array(moduleSchema),
});

export type Crystal = z.infer<typeof crystalSchema>;

/** Parts of the crystal that a restore can take. */
export const CRYSTAL_PARTS = ["agents", "modules", "loop", "settings"] as const;

export type CrystalPart = (typeof CRYSTAL_PARTS)[number];

import { z } from "zod";
import { jsonObjectSchema } from "../json.ts";

/** Keys of the predecessor's file that VEGA gives no meaning to: kept as they are, exported again. */
const extra = jsonObjectSchema.default({});
const time = z.iso.datetime();

export const AGENT_STATES = ["idle", "running", "active", "syncing"] as const;
export const MODULE_STATUSES = ["active", "inactive"] as const;
export const CORE_NAMES = ["alpha", "omega", "vega", "mirror"] as const;
export const CORE_STATUSES = ["online", "active", "initializing", "offline"] as const;
/** The loop's phases in their order; each lasts as many seconds as its name says. */
export const PHASES = [3, 5, 8] as const;

/** Of agents and modules. */
export const nameSchema = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/,
    "use 1 to 64 letters, digits, _ . or -, the first a letter or digit",
  )
  .refine(
    (name) => !["constructor", "prototype"].includes(name),
    "this name is reserved; choose another",
  );

export const agentSchema = z.object({
  name: nameSchema,
  state: z.enum(AGENT_STATES),
  description: z.string().max(1_000),
  /** Place in the list, since a set of documents has no order. */
  position: z.int().min(0),
  extra,
  updated_at: time,
});

export const moduleSchema = z.object({
  name: nameSchema,
  status: z.enum(MODULE_STATUSES),
  description: z.string().max(1_000),
  /** Place in the list, since a set of documents has no order. */
  position: z.int().min(0),
  extra,
  updated_at: time,
});

export const coreSchema = z.object({
  name: z.enum(CORE_NAMES),
  status: z.enum(CORE_STATUSES),
  /** 0..100 */
  power: z.int().min(0).max(100),
  last_update: time,
  /** Iterations since the last report, 0 right after one. */
  missed: z.int().min(0),
  /** The figures that `power` was computed from. */
  evidence: jsonObjectSchema,
  extra,
});

export const phaseSchema = z.union([z.literal(3), z.literal(5), z.literal(8)]);

export const loopSchema = z.object({
  active: z.boolean(),
  phase: phaseSchema,
  iteration: z.int().min(0),
  /** When the current phase is planned to end; null while the loop is stopped. */
  next_at: time.nullable(),
  updated_at: time,
  extra,
});

export const metaSchema = z.object({
  signature: z.string(),
  vtc_version: z.string(),
  created: z.string(),
  extra,
  updated_at: time,
});

export type Agent = z.infer<typeof agentSchema>;
export type AgentState = Agent["state"];
export type Module = z.infer<typeof moduleSchema>;
export type Core = z.infer<typeof coreSchema>;
export type CoreName = Core["name"];
export type Loop = z.infer<typeof loopSchema>;
export type Phase = z.infer<typeof phaseSchema>;
export type Meta = z.infer<typeof metaSchema>;

/** The whole crystal as its documents hold it. */
export const crystalSchema = z.object({
  meta: metaSchema,
  loop: loopSchema,
  /** Names and descriptions of the phases: no iteration changes them, so they stand apart from the loop. */
  phases: jsonObjectSchema,
  analytics: jsonObjectSchema,
  /** Unknown top-level keys. */
  extra: jsonObjectSchema,
  cores: z.array(coreSchema),
  agents: z.array(agentSchema),
  modules: z.array(moduleSchema),
});
export type Crystal = z.infer<typeof crystalSchema>;

import { z } from "zod";
import { nameSchema } from "./name.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { phaseSchema } from "../loop/documents.ts";
import { namespaceSchema } from "../memory/documents.ts";

export const AGENT_STATES = ["idle", "running", "active", "syncing"] as const;

/** An update of an agent: its next state or its description. An unknown name creates an agent. */
export const agentUpdateSchema = z.strictObject({
  name: nameSchema,
  state: z.enum(AGENT_STATES).optional(),
  description: z.string().max(1_000).optional(),
});

/* Definitions are documents beside the log: its entries do not have the prompt. Times are ISO 8601. */
const time = z.iso.datetime();

const count = z.int().min(0);

/** Agents with behaviour of their own in the code. */
export const BUILT_IN_AGENTS = ["ae_agent", "ae_symbol_agent", "miracore"] as const;

export type BuiltInAgent = (typeof BUILT_IN_AGENTS)[number];

/**
 * An agent runs with every n-th iteration, or with iterations that begin one of the named phases; null: manually only.
 * `offset`: the remainder of the iteration divided by n. Default: derived from the name, which spreads agents out.
 */
export const agentScheduleSchema = z
  .union([
    z
      .strictObject({ every: z.int().min(1).max(1_000_000), offset: count.optional() })
      .refine(({ every, offset = 0 }) => offset < every, "offset must be below every"),
    z.strictObject({ phases: z.array(phaseSchema).min(1).max(3) }),
  ])
  .nullable();

export type AgentSchedule = z.infer<typeof agentScheduleSchema>;

export const agentBudgetSchema = z.strictObject({
  /** Prompt and completion tokens of a UTC day; null: no limit. */
  tokens_per_day: z.int().min(1).nullable().default(null),
});

export const agentDefinitionSchema = z.object({
  name: nameSchema,
  /** Null: the prompt of a built-in agent. */
  prompt: z.string().min(1).max(16_384).nullable(),
  /** A model name as at /v1; null: the default model. */
  model: z.string().min(1).max(256).nullable(),
  schedule: agentScheduleSchema,
  /** Shared namespace that the agent reads and writes its results to; null: neither. */
  memory_namespace: namespaceSchema.nullable(),
  budget: agentBudgetSchema,
  /** False stops the schedule; manual runs still work. */
  enabled: z.boolean(),
  updated_at: time,
});

export type AgentDefinition = z.infer<typeof agentDefinitionSchema>;

/** Unknown keys of an imported time_crystal.json: stored and exported unchanged. */
const extra = jsonObjectSchema.default({});

export const agentSchema = z.object({
  name: nameSchema,
  state: z.enum(AGENT_STATES),
  description: z.string().max(1_000),
  /** Index in lists: documents have no order of their own. */
  position: z.int().min(0),
  extra,
  updated_at: time,
});

/** A definition as an operator sends it. Absent members take the defaults below, not their earlier values. */
export const agentDefinitionInput = z.strictObject({
  description: agentSchema.shape.description.optional(),
  /** Absent for built-in agents. */
  prompt: agentDefinitionSchema.shape.prompt.unwrap().optional(),
  model: agentDefinitionSchema.shape.model.default(null),
  schedule: agentScheduleSchema.default(null),
  memory_namespace: agentDefinitionSchema.shape.memory_namespace.default(null),
  budget: agentDefinitionSchema.shape.budget.default({ tokens_per_day: null }),
  enabled: z.boolean().default(true),
});

export type Agent = z.infer<typeof agentSchema>;

export type AgentState = Agent["state"];

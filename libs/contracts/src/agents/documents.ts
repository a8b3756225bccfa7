import { z } from "zod";
import { nameSchema } from "./name.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { phaseSchema } from "../loop/documents.ts";
import { namespaceSchema } from "../memory/documents.ts";

export const AGENT_STATES = ["idle", "running", "active", "syncing"] as const;

/** What may be said of an agent: a state it may go to, or a description. A name that is new makes an agent. */
export const agentUpdateSchema = z.strictObject({
  name: nameSchema,
  state: z.enum(AGENT_STATES).optional(),
  description: z.string().max(1_000).optional(),
});

/*
 * What agents are to do, and what they did. Both lie beside the log, whose entries name run and status only. Nothing here
 * is a user's: no run names an account or says what one said. Times are ISO 8601.
 */
const time = z.iso.datetime();

const count = z.int().min(0);

/** Agents that VEGA knows what to do with by itself. */
export const BUILT_IN_AGENTS = ["ae_agent", "ae_symbol_agent", "miracore"] as const;

export type BuiltInAgent = (typeof BUILT_IN_AGENTS)[number];

/**
 * When an agent runs: with every n-th iteration, or with those that begin one of some phases; null: by hand alone.
 * `offset`: which of n (0 is those that n divides); without it the name says, so that not all run at once.
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
  /** Of prompts and answers, for a day of UTC; null: no limit. */
  tokens_per_day: z.int().min(1).nullable().default(null),
});

export const agentDefinitionSchema = z.object({
  name: nameSchema,
  /** Null: a built-in agent's own. */
  prompt: z.string().min(1).max(16_384).nullable(),
  /** As it is asked for at /v1; null: the one that is asked where none is named. */
  model: z.string().min(1).max(256).nullable(),
  schedule: agentScheduleSchema,
  /** What it is shown of everybody's memory, and where what it answers is put; null: neither. */
  memory_namespace: namespaceSchema.nullable(),
  budget: agentBudgetSchema,
  /** Without it the schedule rests; by hand it still runs. */
  enabled: z.boolean(),
  updated_at: time,
});

export type AgentDefinition = z.infer<typeof agentDefinitionSchema>;

/** Keys of the predecessor's file that VEGA gives no meaning to: kept as they are, exported again. */
const extra = jsonObjectSchema.default({});

export const agentSchema = z.object({
  name: nameSchema,
  state: z.enum(AGENT_STATES),
  description: z.string().max(1_000),
  /** Place in the list, since a set of documents has no order. */
  position: z.int().min(0),
  extra,
  updated_at: time,
});

/** What an operator says of an agent; what is left out is as it is said here, not as it was. */
export const agentDefinitionInput = z.strictObject({
  description: agentSchema.shape.description.optional(),
  /** Built-in agents have one of their own. */
  prompt: agentDefinitionSchema.shape.prompt.unwrap().optional(),
  model: agentDefinitionSchema.shape.model.default(null),
  schedule: agentScheduleSchema.default(null),
  memory_namespace: agentDefinitionSchema.shape.memory_namespace.default(null),
  budget: agentDefinitionSchema.shape.budget.default({ tokens_per_day: null }),
  enabled: z.boolean().default(true),
});

export type Agent = z.infer<typeof agentSchema>;

export type AgentState = Agent["state"];

import { z } from "zod";
import { jsonObjectSchema } from "../../json.ts";
import { tokenUsageSchema } from "../conversations/documents.ts";
import { nameSchema, phaseSchema } from "../crystal.ts";
import { namespaceSchema } from "../memory.ts";

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

export const AGENT_RUN_STATUSES = ["running", "complete", "failed"] as const;

/** Digits of an iteration within an id, so that the order of ids is that of iterations. */
const ITERATION_DIGITS = 16;

/** The id of a run: there is one of an agent and an iteration at most. Names have no "/". */
export const agentRunId = (agent: string, iteration: number): string =>
  `${agent}/${String(iteration).padStart(ITERATION_DIGITS, "0")}`;

/** UTF-16 code units of what a run writes, at most. */
export const MAX_RUN_TEXT = 65_536;

export const agentRunSchema = z.object({
  agent: nameSchema,
  iteration: count,
  trigger: z.enum(["schedule", "manual"]),
  status: z.enum(AGENT_RUN_STATUSES),
  started_at: time,
  ended_at: time.nullable(),
  /** What it came to. */
  text: z.string().max(MAX_RUN_TEXT).nullable(),
  /** Who wrote the text: a model, or VEGA itself, put together from what it found. */
  written_by: z.enum(["model", "evidence"]).nullable(),
  /** What it found and did, in figures. */
  data: jsonObjectSchema,
  provider: z.string().max(128).nullable(),
  model: z.string().max(256).nullable(),
  usage: tokenUsageSchema.nullable(),
  cost_usd: z.number().min(0).nullable(),
  error: z.object({ code: z.string().max(64), message: z.string().max(1_000) }).nullable(),
});
export type AgentRun = z.infer<typeof agentRunSchema>;

/** What is known at the end of a run. */
export const agentOutcomeSchema = agentRunSchema
  .pick({
    text: true,
    written_by: true,
    data: true,
    provider: true,
    model: true,
    usage: true,
    cost_usd: true,
    error: true,
  })
  .partial()
  .extend({
    status: z.enum(["complete", "failed"]),
    /** What the agent's next run is told, such as how far it has read; absent: as it was. */
    cursor: jsonObjectSchema.optional(),
  });
export type AgentOutcome = z.output<typeof agentOutcomeSchema>;

import { z } from "zod";
import { nameSchema } from "../agents/name.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { tokenUsageSchema } from "../inference/token-usage.ts";

/*
 * Runs are documents beside the log, whose entries have run and status only. No run has data of an account. Times are
 * ISO 8601.
 */
const time = z.iso.datetime();

const count = z.int().min(0);

export const AGENT_RUN_STATUSES = ["running", "complete", "failed"] as const;

/** Digits of an iteration within an id, so that the order of ids is that of iterations. */
const ITERATION_DIGITS = 16;

/** The id of a run: at most one for an agent and an iteration. Names have no "/". */
export const agentRunId = (agent: string, iteration: number): string =>
  `${agent}/${String(iteration).padStart(ITERATION_DIGITS, "0")}`;

/** Maximum length of a run's text, in UTF-16 code units. */
export const MAX_RUN_TEXT = 65_536;

export const agentRunSchema = z.object({
  agent: nameSchema,
  iteration: count,
  trigger: z.enum(["schedule", "manual"]),
  status: z.enum(AGENT_RUN_STATUSES),
  started_at: time,
  ended_at: time.nullable(),
  /** The result. */
  text: z.string().max(MAX_RUN_TEXT).nullable(),
  /** The author of the text: a model, or VEGA from its findings. */
  written_by: z.enum(["model", "evidence"]).nullable(),
  /** Findings and actions, in figures. */
  data: jsonObjectSchema,
  provider: z.string().max(128).nullable(),
  model: z.string().max(256).nullable(),
  usage: tokenUsageSchema.nullable(),
  cost_usd: z.number().min(0).nullable(),
  error: z.object({ code: z.string().max(64), message: z.string().max(1_000) }).nullable(),
});

export type AgentRun = z.infer<typeof agentRunSchema>;

/** The outcome of a run. */
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
    /** State for the agent's next run, such as the last sequence read; absent: unchanged. */
    cursor: jsonObjectSchema.optional(),
  });

export type AgentOutcome = z.output<typeof agentOutcomeSchema>;

/** The part of a run that entries about its agent's state have. */
export const agentRunBriefSchema = agentRunSchema.pick({
  iteration: true,
  trigger: true,
  status: true,
});

/** Why a run was not started. `ran`: the agent ran in this iteration or a later one already. */
export const RUN_REFUSALS = ["ran", "running", "over_budget", "disabled"] as const;

export type RunRefusal = (typeof RUN_REFUSALS)[number];

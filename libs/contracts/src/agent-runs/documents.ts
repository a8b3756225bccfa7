import { z } from "zod";
import { nameSchema } from "../agents/name.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { tokenUsageSchema } from "../messages/documents.ts";

/*
 * What agents are to do, and what they did. Both lie beside the log, whose entries name run and status only. Nothing here
 * is a user's: no run names an account or says what one said. Times are ISO 8601.
 */
const time = z.iso.datetime();

const count = z.int().min(0);

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

/** Of a run, as the entries tell that its agent went on to another state. */
export const agentRunBriefSchema = agentRunSchema.pick({
  iteration: true,
  trigger: true,
  status: true,
});

/** Why a run was not begun. `ran`: in this iteration, or a later one, it did already. */
export const RUN_REFUSALS = ["ran", "running", "over_budget", "disabled"] as const;

export type RunRefusal = (typeof RUN_REFUSALS)[number];

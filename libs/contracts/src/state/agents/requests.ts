import { z } from "zod";
import { defineRequest } from "../../define.ts";
import { jsonObjectSchema } from "../../json.ts";
import { sequenced } from "../../sequenced.ts";
import { userIdSchema } from "../accounts/documents.ts";
import { agentSchema, nameSchema } from "../crystal.ts";
import {
  agentDefinitionSchema,
  agentOutcomeSchema,
  agentRunSchema,
  agentScheduleSchema,
} from "./documents.ts";

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

const defined = z.object({
  ...sequenced,
  agent: agentSchema,
  definition: agentDefinitionSchema,
});

/** Says what an agent is to do, and makes the agent where there is none. `invalid`: a prompt is missing, or one too many. */
export const defineAgent = defineRequest({
  subject: "vega.state.agents.define",
  input: agentDefinitionInput.extend({ name: nameSchema }),
  output: defined,
  errors: ["invalid", "limit_exceeded"],
});

/** Takes an agent away, and what it was to do; what it did stays. `conflict`: it is built in. */
export const removeAgent = defineRequest({
  subject: "vega.state.agents.remove",
  input: z.object({ name: nameSchema }),
  output: z.object(sequenced),
  errors: ["conflict", "not_found"],
});

/** `not_found`: there is no such agent, or nobody has said what it is to do. */
export const getAgentDefinition = defineRequest({
  subject: "vega.state.agents.definition",
  input: z.object({ name: nameSchema }),
  output: defined,
  errors: ["not_found"],
});

/** Who runs when, of all that are enabled; null where nothing has changed since `revision`. */
export const listAgentSchedules = defineRequest({
  subject: "vega.state.agents.schedules",
  input: z.object({ revision: z.int().nullable() }),
  output: z.object({
    ...sequenced,
    revision: z.int(),
    agents: z
      .array(z.object({ name: nameSchema, schedule: agentScheduleSchema.unwrap() }))
      .nullable(),
  }),
  errors: [],
});

const ofRun = { agent: nameSchema, iteration: z.int().min(0) };
const leaseSeconds = z.number().positive().max(3_600);

/** Why a run was not begun. `ran`: in this iteration, or a later one, it did already. */
export const RUN_REFUSALS = ["ran", "running", "over_budget", "disabled"] as const;
export type RunRefusal = (typeof RUN_REFUSALS)[number];

/**
 * Begins a run, which nobody else can then: whoever asks twice, from wherever, is refused. The lease says how long
 * whoever makes it may be silent: after that the run is lost, and the next one begins in its place. `iteration` null: the present one, by hand.
 * `not_found`: there is no such agent, or nobody has said what it is to do.
 */
export const beginAgentRun = defineRequest({
  subject: "vega.state.agent-runs.begin",
  input: z.object({
    agent: nameSchema,
    iteration: z.int().min(0).nullable(),
    lease_seconds: leaseSeconds,
  }),
  output: z.object({
    ...sequenced,
    outcome: z.discriminatedUnion("kind", [
      z.object({
        kind: z.literal("begun"),
        run: agentRunSchema,
        definition: agentDefinitionSchema,
        /** Of the agent's last run that left one. */
        cursor: jsonObjectSchema.nullable(),
        /** Left of the day's budget; null: no limit. */
        tokens_left: z.int().nullable(),
        /** Names of the modules that are off. */
        off: z.array(nameSchema),
      }),
      z.object({ kind: z.literal("refused"), reason: z.enum(RUN_REFUSALS), message: z.string() }),
    ]),
  }),
  errors: ["not_found"],
});

/** The agent of a run goes on to its next state. `conflict`: the run has ended. */
export const moveAgentRun = defineRequest({
  subject: "vega.state.agent-runs.move",
  input: z.object({ ...ofRun, to: z.enum(["active", "syncing"]) }),
  output: z.object(sequenced),
  errors: ["conflict", "not_found"],
});

/** A sign of life of a run: its lease begins anew. `conflict`: the run has ended, or was taken for lost. */
export const renewAgentRun = defineRequest({
  subject: "vega.state.agent-runs.renew",
  input: z.object({ ...ofRun, lease_seconds: leaseSeconds }),
  output: z.object(sequenced),
  errors: ["conflict", "not_found"],
});

/** Ends a run; asked again with the same status, it changes nothing. `conflict`: it has ended otherwise. */
export const finishAgentRun = defineRequest({
  subject: "vega.state.agent-runs.finish",
  input: z.object({ ...ofRun, outcome: agentOutcomeSchema }),
  output: z.object({ ...sequenced, run: agentRunSchema }),
  errors: ["conflict", "not_found"],
});

/** An agent's runs, the newest first. `cursor`: the iteration that the last page ended with. */
export const listAgentRuns = defineRequest({
  subject: "vega.state.agent-runs.list",
  input: z.object({
    agent: nameSchema,
    cursor: z.int().min(0).nullish(),
    limit: z.int().min(1).max(100).default(20),
  }),
  output: z.object({
    ...sequenced,
    runs: z.array(agentRunSchema),
    next_cursor: z.int().nullable(),
  }),
  errors: ["not_found"],
});

/** Name of the preference by which an account lets `ae_symbol_agent` read its conversations; only `true` counts. */
export const DISTIL_PREFERENCE = "distil_conversations";

/** Ids of the accounts that let their conversations be distilled, in their order, after one. */
export const listDistilling = defineRequest({
  subject: "vega.state.preferences.distilling",
  input: z.object({
    after: userIdSchema.nullish(),
    limit: z.int().min(1).max(500).default(100),
  }),
  output: z.object({ ...sequenced, user_ids: z.array(userIdSchema) }),
  errors: [],
});

/** Walks a stretch of the log's chain of hashes: entries after a sequence, at most so many. */
export const walkChain = defineRequest({
  subject: "vega.state.log.walk-chain",
  input: z.object({ after: z.int().min(0), limit: z.int().min(1).max(5_000) }),
  output: z.object({
    ...sequenced,
    /** The last entry that was looked at. */
    walked_to: z.int(),
    broken: z.object({ sequence: z.int(), reason: z.string() }).nullable(),
  }),
  errors: [],
  timeoutMs: 30_000,
});

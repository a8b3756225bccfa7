import { z } from "zod";
import { RUN_REFUSALS, agentOutcomeSchema, agentRunSchema } from "./documents.ts";
import { agentDefinitionSchema } from "../agents/documents.ts";
import { nameSchema } from "../agents/name.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";

const ofRun = { agent: nameSchema, iteration: z.int().min(0) };

const leaseSeconds = z.number().positive().max(3_600);

export const requests = {
  /**
   * Starts a run exclusively: a second request for the same agent and iteration is refused. A run whose lease expires
   * counts as lost, and the next one starts in its place. `iteration` null: the current iteration, manually.
   * `not_found`: the agent does not exist or has no definition.
   */
  begin: defineRequest({
    subject: "vega.state.agent-runs.begin",
    callers: ["ai"],
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
          /** From the agent's last run that set one. */
          cursor: jsonObjectSchema.nullable(),
          /** Tokens left of the day's budget; null: no limit. */
          tokens_left: z.int().nullable(),
          /** Names of disabled modules. */
          off: z.array(nameSchema),
        }),
        z.object({ kind: z.literal("refused"), reason: z.enum(RUN_REFUSALS), message: z.string() }),
      ]),
    }),
    errors: ["not_found"],
  }),

  /** Moves the agent of a run to its next state. `conflict`: the run has ended. */
  move: defineRequest({
    subject: "vega.state.agent-runs.move",
    callers: ["ai"],
    input: z.object({ ...ofRun, to: z.enum(["active", "syncing"]) }),
    output: z.object(sequenced),
    errors: ["conflict", "not_found"],
  }),

  /** Renews the lease of a run. `conflict`: the run has ended or counts as lost. */
  renew: defineRequest({
    subject: "vega.state.agent-runs.renew",
    callers: ["ai"],
    input: z.object({ ...ofRun, lease_seconds: leaseSeconds }),
    output: z.object(sequenced),
    errors: ["conflict", "not_found"],
  }),

  /** Ends a run; repeating it with the same status changes nothing. `conflict`: the run ended with another status. */
  finish: defineRequest({
    subject: "vega.state.agent-runs.finish",
    callers: ["ai"],
    input: z.object({ ...ofRun, outcome: agentOutcomeSchema }),
    output: z.object({ ...sequenced, run: agentRunSchema }),
    errors: ["conflict", "not_found"],
  }),

  /** Runs of an agent, newest first. `cursor`: the last iteration of the previous page. */
  list: defineRequest({
    subject: "vega.state.agent-runs.list",
    callers: ["gateway"],
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
  }),
};

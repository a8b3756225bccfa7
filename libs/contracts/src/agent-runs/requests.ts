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
   * Begins a run, which nobody else can then: whoever asks twice, from wherever, is refused. The lease says how long
   * whoever makes it may be silent: after that the run is lost, and the next one begins in its place. `iteration` null: the present one, by hand.
   * `not_found`: there is no such agent, or nobody has said what it is to do.
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
  }),

  /** The agent of a run goes on to its next state. `conflict`: the run has ended. */
  move: defineRequest({
    subject: "vega.state.agent-runs.move",
    callers: ["ai"],
    input: z.object({ ...ofRun, to: z.enum(["active", "syncing"]) }),
    output: z.object(sequenced),
    errors: ["conflict", "not_found"],
  }),

  /** A sign of life of a run: its lease begins anew. `conflict`: the run has ended, or was taken for lost. */
  renew: defineRequest({
    subject: "vega.state.agent-runs.renew",
    callers: ["ai"],
    input: z.object({ ...ofRun, lease_seconds: leaseSeconds }),
    output: z.object(sequenced),
    errors: ["conflict", "not_found"],
  }),

  /** Ends a run; asked again with the same status, it changes nothing. `conflict`: it has ended otherwise. */
  finish: defineRequest({
    subject: "vega.state.agent-runs.finish",
    callers: ["ai"],
    input: z.object({ ...ofRun, outcome: agentOutcomeSchema }),
    output: z.object({ ...sequenced, run: agentRunSchema }),
    errors: ["conflict", "not_found"],
  }),

  /** An agent's runs, the newest first. `cursor`: the iteration that the last page ended with. */
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

import { z } from "zod";
import { agentRunSchema } from "../agent-runs/documents.ts";
import {
  agentDefinitionInput,
  agentDefinitionSchema,
  agentScheduleSchema,
  agentSchema,
  agentUpdateSchema,
} from "./documents.ts";
import { nameSchema } from "./name.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";

const defined = z.object({
  ...sequenced,
  agent: agentSchema,
  definition: agentDefinitionSchema,
});

export const requests = {
  /**
   * Runs an agent now, by hand; answers when the run has begun. `conflict`: it runs, or has run in this iteration.
   * `budget_exceeded`: its budget is used up. `rate_limited`: too many runs are under way. `not_found`: there is no such
   * agent, or nobody has said what it is to do.
   */
  run: defineRequest({
    subject: "vega.ai.agents.run",
    callers: ["gateway"],
    input: z.object({ name: nameSchema }),
    output: z.object({ ...sequenced, run: agentRunSchema }),
    errors: ["conflict", "budget_exceeded", "not_found", "rate_limited"],
  }),

  /** Changes agents, all or none. */
  update: defineRequest({
    subject: "vega.state.agents.update",
    callers: ["gateway"],
    input: z.object({ agents: z.array(agentUpdateSchema).min(1).max(100) }),
    output: z.object({ ...sequenced, agents: z.array(agentSchema) }),
    errors: ["invalid", "conflict", "limit_exceeded"],
  }),

  /** Brings an agent to `active`, by the legal steps. */
  activate: defineRequest({
    subject: "vega.state.agents.activate",
    callers: ["gateway"],
    input: z.object({ name: z.string() }),
    output: z.object({ ...sequenced, agent: agentSchema }),
    errors: ["not_found"],
  }),

  /** Says what an agent is to do, and makes the agent where there is none. `invalid`: a prompt is missing, or one too many. */
  define: defineRequest({
    subject: "vega.state.agents.define",
    callers: ["gateway"],
    input: agentDefinitionInput.extend({ name: nameSchema }),
    output: defined,
    errors: ["invalid", "limit_exceeded"],
  }),

  /** Takes an agent away, and what it was to do; what it did stays. `conflict`: it is built in. */
  remove: defineRequest({
    subject: "vega.state.agents.remove",
    callers: ["gateway"],
    input: z.object({ name: nameSchema }),
    output: z.object(sequenced),
    errors: ["conflict", "not_found"],
  }),

  /** `not_found`: there is no such agent, or nobody has said what it is to do. */
  getDefinition: defineRequest({
    subject: "vega.state.agents.definition",
    callers: ["gateway"],
    input: z.object({ name: nameSchema }),
    output: defined,
    errors: ["not_found"],
  }),

  /** Who runs when, of all that are enabled; null where nothing has changed since `revision`. */
  listSchedules: defineRequest({
    subject: "vega.state.agents.schedules",
    callers: ["ai"],
    input: z.object({ revision: z.int().nullable() }),
    output: z.object({
      ...sequenced,
      revision: z.int(),
      agents: z
        .array(z.object({ name: nameSchema, schedule: agentScheduleSchema.unwrap() }))
        .nullable(),
    }),
    errors: [],
  }),
};

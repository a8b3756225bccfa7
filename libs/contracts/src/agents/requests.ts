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
   * Runs an agent now; replies when the run has started. `conflict`: the agent is running, or ran in this iteration.
   * `budget_exceeded`: its budget is used up. `rate_limited`: too many runs are under way. `not_found`: the agent does
   * not exist or has no definition.
   */
  run: defineRequest({
    subject: "vega.ai.agents.run",
    callers: ["gateway"],
    input: z.object({ name: nameSchema }),
    output: z.object({ ...sequenced, run: agentRunSchema }),
    errors: ["conflict", "budget_exceeded", "not_found", "rate_limited"],
  }),

  /** Updates agents, all or none. */
  update: defineRequest({
    subject: "vega.state.agents.update",
    callers: ["gateway"],
    input: z.object({ agents: z.array(agentUpdateSchema).min(1).max(100) }),
    output: z.object({ ...sequenced, agents: z.array(agentSchema) }),
    errors: ["invalid", "conflict", "limit_exceeded"],
  }),

  /** Moves an agent to `active` through the states between. */
  activate: defineRequest({
    subject: "vega.state.agents.activate",
    callers: ["gateway"],
    input: z.object({ name: z.string() }),
    output: z.object({ ...sequenced, agent: agentSchema }),
    errors: ["not_found"],
  }),

  /** Defines an agent, and creates it where it does not exist. `invalid`: a prompt is missing, or given for a built-in agent. */
  define: defineRequest({
    subject: "vega.state.agents.define",
    callers: ["gateway"],
    input: agentDefinitionInput.extend({ name: nameSchema }),
    output: defined,
    errors: ["invalid", "limit_exceeded"],
  }),

  /** Removes an agent and its definition; its runs stay. `conflict`: the agent is built in. */
  remove: defineRequest({
    subject: "vega.state.agents.remove",
    callers: ["gateway"],
    input: z.object({ name: nameSchema }),
    output: z.object(sequenced),
    errors: ["conflict", "not_found"],
  }),

  /** `not_found`: the agent does not exist or has no definition. */
  getDefinition: defineRequest({
    subject: "vega.state.agents.definition",
    callers: ["gateway"],
    input: z.object({ name: nameSchema }),
    output: defined,
    errors: ["not_found"],
  }),

  /** Schedules of all enabled agents; null where they have not changed since `revision`. */
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

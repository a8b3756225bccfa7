import { z } from "zod";
import { agentRunBriefSchema } from "../agent-runs/documents.ts";
import { agentDefinitionSchema, agentSchema } from "./documents.ts";
import { nameSchema } from "./name.ts";
import { agentChange } from "../crystal/changes.ts";
import { everyone } from "../define/audience.ts";
import { defineEvent } from "../define/event.ts";

const nothing = () => [];

export const events = {
  /** What an agent is to do was said anew; its prompt lies beside the log. */
  defined: defineEvent({
    summary: "It was said what an agent is to do",
    data: agentDefinitionSchema.pick({ name: true, model: true, schedule: true, enabled: true }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  /** An agent is no more, and what it was to do with it. What it did stays. */
  removed: defineEvent({
    summary: "An agent was taken away; what it did stays",
    data: z.object({ name: nameSchema }),
    changes: ({ name }) => [{ collection: "agents", id: name, body: null }],
    audience: everyone,
    requires: "read",
    sse: { type: "agent_changed", data: ({ name }) => ({ agent: { name }, deleted: true }) },
    describe: ({ name }) => `agent ${name} was taken away`,
  }),

  changed: defineEvent({
    summary: "An agent has another state or other values; with `run` it is about a run of it",
    data: z.object({
      agent: agentSchema,
      previous_state: agentSchema.shape.state.nullable(),
      /** The run that it changed by; absent: somebody said so. */
      run: agentRunBriefSchema.optional(),
    }),
    changes: ({ agent }) => [agentChange(agent)],
    audience: everyone,
    requires: "read",
    sse: {
      type: "agent_changed",
      data: ({ agent, previous_state, run }) => ({
        agent: { name: agent.name, state: agent.state, description: agent.description },
        previous_state,
        ...(run && { run }),
      }),
    },
    describe: ({ agent, previous_state }) =>
      `agent ${agent.name}: ${previous_state ?? "new"} → ${agent.state}`,
  }),
};

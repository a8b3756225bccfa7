import { z } from "zod";
import { agentRunBriefSchema } from "../agent-runs/documents.ts";
import { agentDefinitionSchema, agentSchema } from "./documents.ts";
import { nameSchema } from "./name.ts";
import { agentChange } from "../crystal/changes.ts";
import { everyone } from "../define/audience.ts";
import { defineEvent } from "../define/event.ts";

const nothing = () => [];

export const events = {
  /** An agent was defined or redefined; its prompt is not in the log. */
  defined: defineEvent({
    summary: "An agent was defined or redefined",
    data: agentDefinitionSchema.pick({ name: true, model: true, schedule: true, enabled: true }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  /** An agent and its definition were removed. Its runs stay. */
  removed: defineEvent({
    summary: "An agent was removed; its runs stay",
    data: z.object({ name: nameSchema }),
    changes: ({ name }) => [{ collection: "agents", id: name, body: null }],
    audience: everyone,
    requires: "read",
    sse: { type: "agent_changed", data: ({ name }) => ({ agent: { name }, deleted: true }) },
    describe: ({ name }) => `agent ${name} was taken away`,
  }),

  changed: defineEvent({
    summary: "An agent changed its state or other members; `run` names the run that did it",
    data: z.object({
      agent: agentSchema,
      previous_state: agentSchema.shape.state.nullable(),
      /** The run that changed the state; absent: a request did. */
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

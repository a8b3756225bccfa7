import { z } from "zod";
import { defineRequest } from "../define.ts";
import { sequenced } from "../sequenced.ts";
import { AGENT_STATES, nameSchema, agentSchema } from "./crystal.ts";

/** What may be said of an agent: a state it may go to, or a description. A name that is new makes an agent. */
export const agentUpdateSchema = z.strictObject({
  name: nameSchema,
  state: z.enum(AGENT_STATES).optional(),
  description: z.string().max(1_000).optional(),
});

/** Changes agents, all or none. */
export const updateAgents = defineRequest({
  subject: "vega.state.agents.update",
  input: z.object({ agents: z.array(agentUpdateSchema).min(1).max(100) }),
  output: z.object({ ...sequenced, agents: z.array(agentSchema) }),
  errors: ["invalid", "conflict", "limit_exceeded"],
});

/** Brings an agent to `active`, by the legal steps. */
export const activateAgent = defineRequest({
  subject: "vega.state.agents.activate",
  input: z.object({ name: z.string() }),
  output: z.object({ ...sequenced, agent: agentSchema }),
  errors: ["not_found"],
});

import { z } from "zod";
import { everyone } from "../../audience.ts";
import { defineEvent } from "../../define.ts";
import { nameSchema } from "../crystal.ts";
import { agentDefinitionSchema, agentRunSchema } from "./documents.ts";

const nothing = () => [];

/** What an agent is to do was said anew; its prompt lies beside the log. */
export const agentDefined = defineEvent({
  entity: "agent",
  happened: "defined",
  summary: "It was said what an agent is to do",
  data: agentDefinitionSchema.pick({ name: true, model: true, schedule: true, enabled: true }),
  changes: nothing,
  sse: null,
  describe: null,
});

/** An agent is no more, and what it was to do with it. What it did stays. */
export const agentRemoved = defineEvent({
  entity: "agent",
  happened: "removed",
  summary: "An agent was taken away; what it did stays",
  data: z.object({ name: nameSchema }),
  changes: ({ name }) => [{ collection: "agents", id: name, body: null }],
  audience: everyone,
  requires: "read",
  sse: { type: "agent_changed", data: ({ name }) => ({ agent: { name }, deleted: true }) },
  describe: ({ name }) => `agent ${name} was taken away`,
});

/** Of a run, as the entries tell that its agent went on to another state. */
export const agentRunBriefSchema = agentRunSchema.pick({
  iteration: true,
  trigger: true,
  status: true,
});

/** Whoever makes a run gave a sign of life; only of runs that take longer than a few seconds. */
export const agentRunRenewed = defineEvent({
  entity: "agent_run",
  happened: "renewed",
  summary: "A run that takes long goes on",
  data: z.object({ agent: nameSchema, iteration: z.int().min(0) }),
  changes: nothing,
  sse: null,
  describe: null,
});

/** A run ended whose agent was taken away meanwhile; otherwise the entry that the agent is idle says so. */
export const agentRunEnded = defineEvent({
  entity: "agent_run",
  happened: "ended",
  summary: "A run ended whose agent was taken away meanwhile",
  data: z.object({ agent: nameSchema, run: agentRunBriefSchema }),
  changes: nothing,
  sse: null,
  describe: null,
});

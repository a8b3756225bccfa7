import { z } from "zod";
import { defineEvent } from "../../define.ts";
import { nameSchema } from "../crystal.ts";
import { agentDefinitionSchema, agentRunSchema } from "./documents.ts";

const nothing = () => [];

/** What an agent is to do was said anew; its prompt lies beside the log. */
export const agentDefined = defineEvent({
  entity: "agent",
  happened: "defined",
  data: agentDefinitionSchema.pick({ name: true, model: true, schedule: true, enabled: true }),
  changes: nothing,
});

/** An agent is no more, and what it was to do with it. What it did stays. */
export const agentRemoved = defineEvent({
  entity: "agent",
  happened: "removed",
  data: z.object({ name: nameSchema }),
  changes: ({ name }) => [{ collection: "agents", id: name, body: null }],
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
  data: z.object({ agent: nameSchema, iteration: z.int().min(0) }),
  changes: nothing,
});

/** A run ended whose agent was taken away meanwhile; otherwise the entry that the agent is idle says so. */
export const agentRunEnded = defineEvent({
  entity: "agent_run",
  happened: "ended",
  data: z.object({ agent: nameSchema, run: agentRunBriefSchema }),
  changes: nothing,
});

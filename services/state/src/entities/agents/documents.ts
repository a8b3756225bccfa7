import type { AgentDefinition, AgentRun } from "@vega/contracts";
import { agentRunId } from "@vega/contracts";
import type { AgentWork } from "../../store/collections.ts";
import type { DocumentRef, View } from "../../log/decision.ts";

/* Where the documents of agents' work lie, and how decisions read them. */

export const definitionRef = (name: string): DocumentRef => ({
  collection: "agent_definitions",
  id: name,
});
export const workRef = (name: string): DocumentRef => ({ collection: "agent_work", id: name });
export const runRef = (name: string, iteration: number): DocumentRef => ({
  collection: "agent_runs",
  id: agentRunId(name, iteration),
});

export const readDefinition = (view: View, name: string) =>
  view.document("agent_definitions", name) as unknown as AgentDefinition | undefined;
export const readRun = (view: View, name: string, iteration: number) =>
  view.document("agent_runs", agentRunId(name, iteration)) as unknown as AgentRun | undefined;

const NEVER_RUN = {
  running: null,
  expires_at: null,
  last_iteration: null,
  cursor: null,
  day: "",
  tokens: 0,
  kept: 0,
} satisfies Partial<AgentWork>;

export const readWork = (view: View, name: string): AgentWork =>
  (view.document("agent_work", name) as unknown as AgentWork | undefined) ?? {
    agent: name,
    ...NEVER_RUN,
  };

export const noAgent = (name: string): string => `there is no agent ${JSON.stringify(name)}`;
export const noDefinition = (name: string): string =>
  `nobody has said what ${name} is to do: PUT /api/agents/${name} with a prompt`;

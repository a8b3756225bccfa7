import { agentRunId } from "@vega/contracts";
import type { AgentWork } from "../../store/collections.ts";
import type { DecisionView } from "../../log/decision.ts";
import { documentRef } from "../../store/document-ref.ts";

/* References to the documents of agents, and reads of them. */

export const definitionRef = (name: string) => documentRef("agent_definitions", name);
export const workRef = (name: string) => documentRef("agent_work", name);
export const runRef = (name: string, iteration: number) =>
  documentRef("agent_runs", agentRunId(name, iteration));

export const readDefinition = (view: DecisionView, name: string) => view.get(definitionRef(name));
export const readRun = (view: DecisionView, name: string, iteration: number) =>
  view.get(runRef(name, iteration));

const NEVER_RUN = {
  running: null,
  expires_at: null,
  last_iteration: null,
  cursor: null,
  day: "",
  tokens: 0,
  kept: 0,
} satisfies Partial<AgentWork>;

export const readWork = (view: DecisionView, name: string): AgentWork =>
  view.get(workRef(name)) ?? {
    agent: name,
    ...NEVER_RUN,
  };

export const noAgent = (name: string): string => `there is no agent ${JSON.stringify(name)}`;
export const noDefinition = (name: string): string =>
  `${name} has no definition: PUT /api/agents/${name} with a prompt`;

import type { SseEvent } from "../define/apply.ts";
import { replacesCrystal } from "../define/apply.ts";
import type { AgentState } from "./documents.ts";

/** An agent in GET /api/agents; imported agents may have further members. */
export interface AgentView {
  readonly name: string;
  readonly state: AgentState;
  readonly description: string;
}

interface Changed extends SseEvent {
  readonly agent: AgentView;
  readonly deleted?: true;
}

/** Folds `agent_changed` into the list of agents. A new agent is the last one. */
export function applyAgents(
  view: readonly AgentView[],
  event: SseEvent,
): readonly AgentView[] | null {
  if (replacesCrystal(event)) return null;
  if (event.type !== "agent_changed") return view;
  const { agent, deleted } = event as Changed;
  if (deleted) return view.filter(({ name }) => name !== agent.name);
  const isKnown = view.some(({ name }) => name === agent.name);
  if (!isKnown) return [...view, agent];
  return view.map((one) => (one.name === agent.name ? { ...one, ...agent } : one));
}

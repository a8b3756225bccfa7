import type { Agent, AgentState } from "@vega/contracts";
import { agents } from "@vega/contracts";
import type { Command, NewEvent } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";

export const MAX_AGENTS = 1_000;

/** idle → running → active → syncing → idle; any state may fall back to idle. */
const NEXT: Readonly<Record<AgentState, AgentState>> = {
  idle: "running",
  running: "active",
  active: "syncing",
  syncing: "idle",
};

export function mayGo(from: AgentState, to: AgentState): boolean {
  return from === to || to === "idle" || NEXT[from] === to;
}

/** The legal states from one state to another, through `idle` where needed. */
export function stepsTo(from: AgentState, to: AgentState): AgentState[] {
  if (from === to) return [];
  if (to === "idle" || NEXT[from] === to) return [to];
  const steps = from === "idle" || from === "running" ? [NEXT[from]] : (["idle"] as const);
  return [...steps, ...stepsTo(steps[0], to)];
}

const changed = (agent: Agent, before: Agent | undefined): NewEvent =>
  event(agents.events.changed, `agents/${agent.name}`, {
    agent,
    previous_state: before?.state ?? null,
  });

export interface AgentUpdate {
  readonly name: string;
  readonly state?: AgentState | undefined;
  readonly description?: string | undefined;
}

/** Updates agents, all or none. A new name creates an agent; an update without a difference makes no event. */
export function decideUpdateAgents(updates: readonly AgentUpdate[]): Command<Agent[]> {
  return {
    reads: [],
    decide(view, now) {
      const known = view.crystal().agents;
      const names = new Set<string>();
      const events: NewEvent[] = [];
      const result = new Map(known.map((agent) => [agent.name, agent]));
      let position = Math.max(-1, ...known.map((agent) => agent.position));
      let count = known.length;
      for (const [index, update] of updates.entries()) {
        const path = `/agents/${index}`;
        if (names.has(update.name)) {
          return refuse("invalid", "an agent is named twice", [
            { path: `${path}/name`, message: `${update.name} stands in the list already` },
          ]);
        }
        names.add(update.name);
        const before = known.find((agent) => agent.name === update.name);
        const state = update.state ?? before?.state ?? "idle";
        if (before && !mayGo(before.state, state)) {
          return refuse("conflict", "an agent can't change its state like this", [
            {
              path: `${path}/state`,
              message: `${update.name} is ${before.state}; from there it may go to ${NEXT[before.state]} or idle`,
            },
          ]);
        }
        const description = update.description ?? before?.description ?? "";
        if (before && before.state === state && before.description === description) continue;
        if (!before) count += 1;
        const agent: Agent = {
          name: update.name,
          state,
          description,
          position: before ? before.position : (position += 1),
          extra: before?.extra ?? {},
          updated_at: now,
        };
        events.push(changed(agent, before));
        result.set(agent.name, agent);
      }
      if (count > MAX_AGENTS) {
        return refuse("limit_exceeded", `there may be at most ${MAX_AGENTS} agents`);
      }
      return accept(events, [...result.values()]);
    },
  };
}

/** Moves an agent to `active` through every legal state, one event each. */
export function decideActivateAgent(name: string): Command<Agent> {
  return {
    reads: [],
    decide(view, now) {
      let agent = view.crystal().agents.find((candidate) => candidate.name === name);
      if (!agent) return refuse("not_found", `there is no agent ${JSON.stringify(name)}`);
      const events: NewEvent[] = [];
      while (agent.state !== "active") {
        const next: Agent = { ...agent, state: NEXT[agent.state], updated_at: now };
        events.push(changed(next, agent));
        agent = next;
      }
      return accept(events, agent);
    },
  };
}

import type { AgentSchedule, Tick } from "@vega/contracts";
import { createHash } from "node:crypto";

export interface Scheduled {
  readonly name: string;
  readonly schedule: NonNullable<AgentSchedule>;
}

export interface Calendar {
  /** Names of the agents that are due with an iteration; the cost depends on the intervals, not on the agents. */
  due(tick: Pick<Tick, "iteration" | "phase">): string[];
}

/** Agents are indexed by interval and remainder. */
export function createCalendar(agents: readonly Scheduled[]): Calendar {
  const byInterval = new Map<number, Map<number, string[]>>();
  const byPhase = new Map<number, string[]>();
  for (const { name, schedule } of agents) {
    if ("phases" in schedule) {
      for (const phase of new Set(schedule.phases)) append(byPhase, phase, name);
      continue;
    }
    const { every, offset = offsetOf(name, every) } = schedule;
    const remainders = byInterval.get(every) ?? new Map<number, string[]>();
    byInterval.set(every, remainders);
    append(remainders, offset, name);
  }
  return {
    due: ({ iteration, phase }) => [
      ...[...byInterval].flatMap(([every, remainders]) => remainders.get(iteration % every) ?? []),
      ...(byPhase.get(phase) ?? []),
    ],
  };
}

function append(lists: Map<number, string[]>, key: number, name: string): void {
  const list = lists.get(key);
  if (list) list.push(name);
  else lists.set(key, [name]);
}

/** Default offset: derived from the name, so that agents are spread over the iterations. */
export const offsetOf = (name: string, every: number): number =>
  createHash("sha256").update(name).digest().readUInt32BE() % every;

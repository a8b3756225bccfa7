import type { AgentSchedule, Tick } from "@vega/contracts";
import { createHash } from "node:crypto";

export interface Scheduled {
  readonly name: string;
  readonly schedule: NonNullable<AgentSchedule>;
}

/** Who is due when. */
export interface Calendar {
  /** Names of the agents that are due with an iteration: a few looks, however many agents there are. */
  due(tick: Pick<Tick, "iteration" | "phase">): string[];
}

/** Agents that run as often as each other are kept by the remainder that their iterations leave. */
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

/** Spreads agents that nobody gave an offset over the iterations: always the same for a name. */
export const offsetOf = (name: string, every: number): number =>
  createHash("sha256").update(name).digest().readUInt32BE() % every;

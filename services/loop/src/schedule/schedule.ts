import type { Loop, Observation, Tick } from "@vega/contracts";
import { nextPhase, phaseMs, timeAfter } from "@vega/contracts";

/* The arithmetic of time: pure, with times as data. */

/**
 * The tick that follows a position of the loop. The next one is planned from this one's plan, so that delays do
 * not add up; a loop that was away longer than a phase goes on from now and does not catch up in a burst.
 */
export function tickAfter(
  loop: Loop,
  options: {
    now: string;
    trigger: Tick["trigger"];
    timeScale: number;
    observations: readonly Observation[];
  },
): Tick {
  const { now, trigger, timeScale } = options;
  const phase = nextPhase(loop.phase);
  const planned_at = trigger === "timer" && loop.next_at !== null ? loop.next_at : now;
  const length = phaseMs(phase, timeScale);
  const onTime = timeAfter(planned_at, length);
  return {
    iteration: loop.iteration + 1,
    phase,
    trigger,
    planned_at,
    actual_at: now,
    next_at: onTime > now ? onTime : timeAfter(now, length),
    observations: [...options.observations],
    // Agents get their schedules with the ai service's runs.
    agents_due: [],
  };
}

/** Milliseconds until the loop's next tick, 0 where it is due; undefined where it is stopped. */
export function dueIn(loop: Loop, now: string): number | undefined {
  if (!loop.active || loop.next_at === null) return undefined;
  return Math.max(0, Date.parse(loop.next_at) - Date.parse(now));
}

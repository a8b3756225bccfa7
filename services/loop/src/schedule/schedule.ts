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
    next_at: onTime > now && !isSetBack(loop, now, timeScale) ? onTime : timeAfter(now, length),
    observations: [...options.observations],
    // Agents get their schedules with the ai service's runs.
    agents_due: [],
  };
}

/**
 * Milliseconds until the loop's next tick, 0 where it is due; undefined where it is stopped. A plan from before the
 * clock was set back is due too: the loop would stand still until the time comes again.
 */
export function dueIn(loop: Loop, now: string, timeScale: number): number | undefined {
  if (!loop.active || loop.next_at === null) return undefined;
  if (isSetBack(loop, now, timeScale)) return 0;
  return Math.max(0, Date.parse(loop.next_at) - Date.parse(now));
}

/**
 * Whether the plan is further away than any plan is made: at most a phase, by a clock that may differ from this one, of
 * state or of another replica, by as much again.
 */
function isSetBack({ phase, next_at }: Loop, now: string, timeScale: number): boolean {
  return next_at !== null && next_at > timeAfter(now, 2 * phaseMs(phase, timeScale));
}

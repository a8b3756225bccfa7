import type { Loop, Observation, Tick } from "@vega/contracts";
import { nextPhase, phaseMs, timeAfter } from "@vega/contracts";

/* The schedule: pure, with times as data. */

/**
 * The tick after a position of the loop. The next one is planned from this one's planned time, so that delays do not add
 * up. After an interruption of more than a phase the loop continues from now, without a burst of late ticks.
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
    // ai schedules the agents itself.
    agents_due: [],
  };
}

/**
 * Milliseconds until the next tick, 0 if it is due, undefined if the loop is stopped. A plan made before the clock was
 * set back is due too, otherwise the loop would stop until that time is reached a second time.
 */
export function dueIn(loop: Loop, now: string, timeScale: number): number | undefined {
  if (!loop.active || loop.next_at === null) return undefined;
  if (isSetBack(loop, now, timeScale)) return 0;
  return Math.max(0, Date.parse(loop.next_at) - Date.parse(now));
}

/**
 * Whether the plan is further away than a valid one can be: one phase, plus a clock skew of at most one phase against
 * state or another replica.
 */
function isSetBack({ phase, next_at }: Loop, now: string, timeScale: number): boolean {
  return next_at !== null && next_at > timeAfter(now, 2 * phaseMs(phase, timeScale));
}

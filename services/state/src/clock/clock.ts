import { timeAfter } from "@vega/contracts";

/*
 * An entry's `time` is monotonic and gives the order. Decisions use the clock of their process, which may step back.
 * Clocks of two processes are compared within a bound only.
 */

/**
 * How far the clocks of two processes may differ. Well above what NTP leaves (milliseconds) and below the shortest
 * period that is judged by two clocks, the hour of a one-time link. Beyond it state reports a clock skew.
 */
export const CLOCK_BOUND_MS = 60_000;

/** An entry keeps the clock beside its time from this difference on. Replicas differ by less all the time. */
export const CLOCK_KEPT_MS = 1_000;

/** What the clock showed when an entry was written. */
export const writtenAt = ({ time, clock }: { time: string; clock?: string | undefined }): string =>
  clock ?? time;

/** The clock of an entry with this time, where it has to be kept. */
export const clockBeside = (time: string, now: string): { clock?: string } =>
  Date.parse(time) - Date.parse(now) >= CLOCK_KEPT_MS ? { clock: now } : {};

/** Whether a moment is later than the clock of any other process can show. */
export const isFromAhead = (moment: string, now: string): boolean =>
  moment > timeAfter(now, CLOCK_BOUND_MS);

/** Whether less than a period has passed since a moment. A moment from a clock that was ahead is not counted. */
export const isWithin = (since: string, periodMs: number, now: string): boolean =>
  timeAfter(since, periodMs) > now && !isFromAhead(since, now);

/**
 * The day of UTC that is counted to. Near midnight that is the next day where another replica has begun it: days of
 * budgets never go back and forth between two clocks within the bound.
 * @param begun days that were counted to before
 */
export function countedDay(now: string, begun: readonly string[]): string {
  const next = timeAfter(now, CLOCK_BOUND_MS).slice(0, 10);
  return begun.includes(next) ? next : now.slice(0, 10);
}

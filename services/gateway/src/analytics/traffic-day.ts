import type { Counts } from "./counts.ts";
import { createCounts } from "./counts.ts";
import type { Visitors } from "./visitors.ts";
import { createVisitors } from "./visitors.ts";

const DAY_MS = 86_400_000;

/** The day of UTC, `2026-11-30`. @param now milliseconds since the epoch */
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** A day of UTC as this gateway counts it. Times are milliseconds since the epoch. */
export interface Day {
  readonly day: string;
  readonly begin: number;
  readonly end: number;
  readonly counts: Counts;
  readonly visitors: Visitors;
  /** In memory only while the day lasts; undefined until the first visitor. */
  salt: Buffer | undefined;
  /** The clock has left the day: nothing is counted for it any more. */
  isOver: boolean;
}

export function createDay(now: number): Day {
  const begin = now - (now % DAY_MS);
  return {
    day: dayOf(now),
    begin,
    end: begin + DAY_MS,
    counts: createCounts(),
    visitors: createVisitors(),
    salt: undefined,
    isOver: false,
  };
}

export const isWithin = ({ begin, end }: Day, now: number): boolean => now >= begin && now < end;

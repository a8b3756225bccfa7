/** `2026-11-30` of a time, UTC. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/**
 * When a budget's period ends and its spending starts again.
 * @param period `2026-11-30` or `2026-11`
 */
export function endOf(period: string): Date {
  const [year = 0, month = 1, day] = period.split("-").map(Number);
  return day === undefined
    ? new Date(Date.UTC(year, month, 1))
    : new Date(Date.UTC(year, month - 1, day + 1));
}

/** Percent of a limit that is used, 0 to 100. */
export const percentOf = (used: number, limit: number): number =>
  limit <= 0 ? 100 : Math.min(100, (used / limit) * 100);

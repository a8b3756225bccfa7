import { isFromAhead } from "../clock/clock.ts";

/** Number of days, weeks and months of each of which the newest backup is kept. */
export interface BackupRetention {
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

const DAY_MS = 24 * 3_600_000;

/** Periods by their beginning, in UTC; weeks begin on Monday. */
const PERIODS: Readonly<Record<keyof BackupRetention, (time: string) => string>> = {
  daily: (time) => time.slice(0, 10),
  weekly(time) {
    const day = new Date(time);
    const sinceMonday = (day.getUTCDay() + 6) % 7;
    return new Date(day.getTime() - sinceMonday * DAY_MS).toISOString().slice(0, 10);
  },
  monthly: (time) => time.slice(0, 7),
};

/**
 * The backups to delete. The newest always remains. So does one that was
 * made while the clock was ahead, until its time comes: it must not take the place of the newest.
 * @param backups in any order; `created_at` is ISO 8601.
 */
export function outlived<Item extends { readonly created_at: string }>(
  backups: readonly Item[],
  retention: BackupRetention,
  now: string,
): Item[] {
  const newestFirst = backups
    .filter(({ created_at }) => !isFromAhead(created_at, now))
    .toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1));
  const kept = new Set<Item>(newestFirst.slice(0, 1));
  for (const name of ["daily", "weekly", "monthly"] as const) {
    const seen = new Set<string>();
    for (const backup of newestFirst) {
      const period = PERIODS[name](backup.created_at);
      if (seen.has(period)) continue;
      if (seen.size >= retention[name]) break;
      seen.add(period);
      kept.add(backup);
    }
  }
  return newestFirst.filter((backup) => !kept.has(backup));
}

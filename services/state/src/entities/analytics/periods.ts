import type { TrafficBy, TrafficDay, TrafficReport, TrafficRow } from "@vega/contracts";
import { COUNTED_LISTS } from "@vega/contracts";
import { addNames } from "./count.ts";

const DAY_MS = 86_400_000;
const THURSDAY = 4;

/** The ISO 8601 week of a day, `2026-W49`: the year of a week is that of its Thursday. */
export function weekOf(day: string): string {
  const date = new Date(`${day}T00:00:00.000Z`);
  // Sunday is 7.
  const weekday = date.getUTCDay() || 7;
  const thursday = new Date(date.getTime() + (THURSDAY - weekday) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
}

const PERIOD_OF: Readonly<Record<TrafficBy, (day: string) => string>> = {
  day: (day) => day,
  week: weekOf,
  month: (day) => day.slice(0, 7),
};

/** Sums days up. Visitors are never summed: those of two days may be the same. @param days in ascending order */
export function reportTraffic(days: readonly TrafficDay[], by: TrafficBy): TrafficReport {
  const periods = Map.groupBy(days, ({ day }) => PERIOD_OF[by](day));
  const rows = Array.from(periods, ([period, within]) => rowOf(period, within));
  const lists = COUNTED_LISTS.map((list) => {
    const names = addNames(
      [],
      days.flatMap((day) => day[list]),
    );
    return [list, names.toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))];
  });
  return {
    total: sumOf(days),
    rows,
    ...(Object.fromEntries(lists) as Pick<TrafficReport, (typeof COUNTED_LISTS)[number]>),
  };
}

function rowOf(period: string, days: readonly TrafficDay[]): TrafficRow {
  const [first] = days;
  if (!first) throw new Error(`the period ${period} has no days`);
  const visitors = total(days, ({ visitors: ofDay }) => ofDay);
  const most = days.reduce((best, day) => (day.visitors > best.visitors ? day : best));
  return {
    period,
    from: first.day,
    to: days.at(-1)?.day ?? first.day,
    days: days.length,
    visitors: days.length === 1 ? first.visitors : null,
    visitors_per_day: {
      average: Math.round((visitors / days.length) * 100) / 100,
      most: most.visitors,
      most_on: most.day,
    },
    is_minimum: days.some(({ is_minimum }) => is_minimum),
    ...sumOf(days),
  };
}

const total = (days: readonly TrafficDay[], of: (day: TrafficDay) => number): number =>
  days.reduce((sum, day) => sum + of(day), 0);

const countOf = (names: TrafficDay["api"]): number =>
  names.reduce((sum, { count }) => sum + count, 0);

function sumOf(days: readonly TrafficDay[]): TrafficReport["total"] {
  const sessions = total(days, (day) => day.sessions);
  const seconds = total(days, (day) => day.session_ms) / 1_000;
  // Below 0 for a moment, where the gateway that saw a session go on reports first.
  const bounced = Math.max(
    0,
    total(days, (day) => day.bounced),
  );
  return {
    page_views: total(days, (day) => day.page_views),
    untracked_views: total(days, (day) => day.untracked_views),
    bot_views: total(days, (day) => day.bot_views),
    api_calls: total(days, ({ api }) => countOf(api)),
    downloads: total(days, ({ downloads }) => countOf(downloads)),
    sessions,
    average_seconds: sessions === 0 ? null : Math.round((seconds / sessions) * 10) / 10,
    bounce_rate:
      sessions === 0 ? null : Math.min(1, Math.round((bounced / sessions) * 1_000) / 1_000),
  };
}

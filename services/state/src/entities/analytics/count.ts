import type { CountedList, NamedCount, TrafficCounts, TrafficDay, Visits } from "@vega/contracts";
import {
  analytics,
  COUNTED_LISTS,
  MAX_NAMES,
  NO_VISITS,
  OTHER_NAME,
  timeAfter,
} from "@vega/contracts";
import { CLOCK_BOUND_MS } from "../../clock/clock.ts";
import type { Command } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { documentRef, put, remove } from "../../store/document-ref.ts";

const DAY_MS = 86_400_000;
/** A gateway repeats a report while state is unavailable. Later ones are refused. */
const MAX_LATE_DAYS = 7;
/** Sources are kept for longer than their reports are accepted, so that no repeated report counts again. */
const SOURCE_DAYS = 30;

export const trafficDayRef = (day: string) => documentRef("traffic_days", day);
const sourceRef = (source: string) => documentRef("traffic_sources", source);

/** A report of a gateway; see `analytics.requests.count`. */
export interface TrafficReportInput {
  readonly source: string;
  readonly report: number;
  readonly day: string;
  readonly counts: TrafficCounts;
}

const dayOf = (time: string): string => time.slice(0, 10);

/** The day that a report is counted for: a day that no clock within the bound has begun is taken as today. */
export const countedFor = (day: string, now: string): string =>
  day <= dayOf(timeAfter(now, CLOCK_BOUND_MS)) ? day : dayOf(now);

/** @returns true if the report was not counted before. @param expired sources to remove */
export function decideCountTraffic(
  input: TrafficReportInput,
  expired: readonly string[],
): Command<boolean> {
  const { source, report, day, counts } = input;
  return {
    reads: [trafficDayRef(day), sourceRef(source)],
    decide(view, now) {
      if ((view.get(sourceRef(source))?.report ?? 0) >= report) return accept([], false);
      if (day < dayOf(timeAfter(now, -MAX_LATE_DAYS * DAY_MS))) {
        return refuse("invalid", `the day ${day} is more than ${MAX_LATE_DAYS} days ago`);
      }
      const after = withCounts(view.get(trafficDayRef(day)), day, counts);
      const sides = [
        put(trafficDayRef(day), after),
        put(sourceRef(source), {
          source,
          report,
          expires_at: timeAfter(now, SOURCE_DAYS * DAY_MS),
        }),
        ...expired.map((id) => remove(sourceRef(id))),
      ];
      const data = { source, report, day };
      if (counts.page_views + counts.visitors === 0) {
        const { called } = analytics.events;
        return accept([event(called, `traffic_days/${day}`, data, sides)], true);
      }
      const visits = withViews(view.crystal().visits ?? NO_VISITS, after, counts.page_views);
      const viewed = { ...data, visits };
      return accept([event(analytics.events.viewed, "system_state/visits", viewed, sides)], true);
    },
  };
}

const NOTHING_COUNTED: TrafficCounts = {
  page_views: 0,
  untracked_views: 0,
  bot_views: 0,
  visitors: 0,
  sessions: 0,
  session_ms: 0,
  bounced: 0,
  is_minimum: false,
  pages: [],
  api: [],
  referrers: [],
  downloads: [],
};

/** Members that add up. */
const SUMS = [
  "page_views",
  "untracked_views",
  "bot_views",
  "visitors",
  "sessions",
  "session_ms",
  "bounced",
] as const satisfies readonly (keyof TrafficCounts)[];

/** A day with further counts. */
export function withCounts(
  before: TrafficDay | undefined,
  day: string,
  counts: TrafficCounts,
): TrafficDay {
  const known = before ?? NOTHING_COUNTED;
  const sum = (name: (typeof SUMS)[number]) => [name, known[name] + counts[name]];
  const list = (name: CountedList) => [name, addNames(known[name], counts[name])];
  return {
    ...known,
    ...Object.fromEntries([...SUMS.map(sum), ...COUNTED_LISTS.map(list)]),
    is_minimum: known.is_minimum || counts.is_minimum,
    day,
  };
}

/** Adds counts by name; beyond MAX_NAMES, new names are added to OTHER_NAME. */
export function addNames(known: readonly NamedCount[], more: readonly NamedCount[]): NamedCount[] {
  const sums = new Map(known.map(({ name, count }) => [name, count]));
  for (const { name: wanted, count } of more) {
    const isListed = sums.has(wanted) || sums.size < MAX_NAMES;
    const name = isListed ? wanted : OTHER_NAME;
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return Array.from(sums, ([name, count]) => ({ name, count }));
}

/** @param after the day with the report's counts */
function withViews(before: Visits, after: TrafficDay, views: number): Visits {
  const { day, visitors } = after;
  const { base, latest } = before;
  const isEarlier = base !== null && day < base.day;
  const since = base?.day === day ? visitors - base.visitors : visitors;
  return {
    page_views: before.page_views + views,
    most_visitors: Math.max(before.most_visitors, isEarlier ? 0 : since),
    latest: latest !== null && latest.day > day ? latest : { day, visitors },
    base,
  };
}

import type { TrafficDay } from "@vega/contracts";
import { expect, test } from "vitest";
import { withCounts } from "./count.ts";
import { reportTraffic, weekOf } from "./periods.ts";

const dayOf = (day: string, counts: Partial<TrafficDay>): TrafficDay => {
  const nothing = {
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
  return withCounts(undefined, day, { ...nothing, ...counts });
};

test.each([
  ["2026-11-30", "2026-W49"],
  ["2026-01-01", "2026-W01"],
  ["2027-01-03", "2026-W53"],
  ["2027-01-04", "2027-W01"],
  ["2024-12-30", "2025-W01"],
])("%s is in the week %s", (day, week) => {
  expect(weekOf(day)).toBe(week);
});

const DAYS = [
  dayOf("2026-11-28", {
    page_views: 10,
    visitors: 4,
    sessions: 4,
    session_ms: 60_000,
    bounced: 2,
    api: [
      { name: "state", count: 2 },
      { name: "memory", count: 5 },
    ],
  }),
  dayOf("2026-11-29", { page_views: 1, visitors: 1, sessions: 1, is_minimum: true }),
  dayOf("2026-11-30", {
    page_views: 6,
    visitors: 2,
    sessions: 3,
    api: [{ name: "state", count: 4 }],
  }),
];

test("a day has its visitors; a week has their average and maximum, never their sum", () => {
  const byDay = reportTraffic(DAYS, "day");
  expect(byDay.rows.map(({ period, visitors }) => [period, visitors])).toEqual([
    ["2026-11-28", 4],
    ["2026-11-29", 1],
    ["2026-11-30", 2],
  ]);
  const byWeek = reportTraffic(DAYS, "week");
  expect(byWeek.rows).toMatchObject([
    {
      period: "2026-W48",
      from: "2026-11-28",
      to: "2026-11-29",
      days: 2,
      page_views: 11,
      visitors: null,
      visitors_per_day: { average: 2.5, most: 4, most_on: "2026-11-28" },
      is_minimum: true,
    },
    { period: "2026-W49", days: 1, visitors: 2, is_minimum: false },
  ]);
  expect(reportTraffic(DAYS, "month").rows).toMatchObject([
    { period: "2026-11", visitors: null, visitors_per_day: { average: 2.33, most: 4 } },
  ]);
});

test("totals, averages and lists are of all days, the largest first", () => {
  const { total, api } = reportTraffic(DAYS, "month");
  expect(total).toEqual({
    page_views: 17,
    untracked_views: 0,
    bot_views: 0,
    api_calls: 11,
    downloads: 0,
    sessions: 8,
    average_seconds: 7.5,
    bounce_rate: 0.25,
  });
  expect(api).toEqual([
    { name: "state", count: 6 },
    { name: "memory", count: 5 },
  ]);
});

test("nothing counted is nothing, not zero visitors of a day", () => {
  expect(reportTraffic([], "day")).toMatchObject({
    rows: [],
    total: { sessions: 0, average_seconds: null, bounce_rate: null },
  });
});

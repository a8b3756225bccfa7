import type { TrafficCounts } from "@vega/contracts";
import { analytics, MAX_NAMES, OTHER_NAME } from "@vega/contracts";
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { given, inMemoryState, NOW } from "../../log/decision-testing.ts";
import { decideImportTimeCrystal } from "../crystal/time-crystal/import.ts";
import { freshCrystal } from "../crystal/seed.ts";
import { toTimeCrystal } from "@vega/contracts";
import type { TrafficReportInput } from "./count.ts";
import { addNames, countedFor, decideCountTraffic, trafficDayRef } from "./count.ts";

const TODAY = NOW.slice(0, 10);
const SOURCE = randomUUID();

const countsOf = (counts: Partial<TrafficCounts>): TrafficCounts => ({
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
  ...counts,
});
const count = (
  report: number,
  counts: Partial<TrafficCounts>,
  more: Partial<TrafficReportInput> = {},
) =>
  decideCountTraffic({ source: SOURCE, report, day: TODAY, counts: countsOf(counts), ...more }, []);

test("a report is counted once, however often it is sent", () => {
  const state = inMemoryState();
  expect(state.run(count(1, { page_views: 2, visitors: 1 })).result).toBe(true);
  expect(state.run(count(1, { page_views: 2, visitors: 1 }))).toMatchObject({
    result: false,
    events: [],
  });
  expect(state.run(count(2, { page_views: 3 })).result).toBe(true);
  expect(state.run(count(1, { page_views: 3 }, { source: randomUUID() })).result).toBe(true);
  expect(state.stored(trafficDayRef(TODAY))).toMatchObject({ page_views: 8, visitors: 1 });
});

test("without page views the crystal stays as it is", () => {
  const api = [{ name: "state", count: 4 }];
  given()
    .when(count(1, { api }))
    .thenEvents([{ type: analytics.events.called.type, subject: `traffic_days/${TODAY}` }]);
  given()
    .when(count(1, { api, page_views: 1 }))
    .thenEvents([{ type: analytics.events.viewed.type, subject: "system_state/visits" }]);
});

test("names and increments of all reports are summed", () => {
  const state = inMemoryState();
  const referrers = [{ name: "example.org", count: 1 }];
  state.run(count(1, { referrers, bounced: 1, sessions: 1 }));
  state.run(count(2, { referrers, bounced: -1, is_minimum: true }));
  expect(state.stored(trafficDayRef(TODAY))).toMatchObject({
    referrers: [{ name: "example.org", count: 2 }],
    bounced: 0,
    sessions: 1,
    is_minimum: true,
  });
});

test("names beyond the limit are counted together", () => {
  const many = Array.from({ length: MAX_NAMES + 5 }, (_, n) => ({ name: `h${n}`, count: 2 }));
  const sums = addNames([{ name: "h0", count: 1 }], many);
  expect(sums).toHaveLength(MAX_NAMES + 1);
  expect(sums[0]).toEqual({ name: "h0", count: 3 });
  expect(sums.at(-1)).toEqual({ name: OTHER_NAME, count: 10 });
  expect(addNames(sums, [{ name: "new", count: 1 }]).at(-1)).toEqual({
    name: OTHER_NAME,
    count: 11,
  });
});

test("a day that has not begun is today, one of the last week stays, an older one is refused", () => {
  expect(countedFor("2026-03-09", NOW)).toBe(TODAY);
  expect(countedFor("2026-02-01", "2026-01-31T23:59:30.000Z")).toBe("2026-02-01");
  const late = given().when(count(1, { page_views: 1 }, { day: "2026-01-24" }));
  late.thenEvents([{ data: { day: "2026-01-24" } }]);
  given()
    .when(count(1, {}, { day: "2026-01-23" }))
    .thenError("invalid");
});

test("sources that have expired are removed with a report", () => {
  const before = inMemoryState();
  before.run(count(1, {}));
  expect(before.ids("traffic_sources")).toEqual([SOURCE]);
  const input = { source: randomUUID(), report: 1, day: TODAY, counts: countsOf({}) };
  before.run(decideCountTraffic(input, [SOURCE]));
  expect(before.ids("traffic_sources")).toEqual([input.source]);
});

describe("the counters of the crystal", () => {
  const file = {
    ...toTimeCrystal(freshCrystal(NOW, 1)),
    analytics: { pageViews: 1_234, visitors: 56, sessions: [{ id: "old" }], extra: true },
  };
  const importFile = decideImportTimeCrystal(file as never, { dryRun: false, timeScale: 1 });
  const shown = (state: ReturnType<typeof inMemoryState>) =>
    toTimeCrystal(state.crystal())["analytics"];

  test("stay as imported until something is counted, and go on from there", () => {
    const state = inMemoryState();
    state.run(count(1, { page_views: 10, visitors: 5 }));
    expect(shown(state)).toEqual({ pageViews: 10, visitors: 5, sessions: [] });
    state.run(importFile);
    expect(shown(state)).toEqual(file.analytics);
    state.run(count(2, { api: [{ name: "state", count: 1 }] }));
    expect(shown(state)).toEqual(file.analytics);
    state.run(count(3, { page_views: 3, visitors: 2 }));
    // Two more visitors than the five before the import.
    expect(shown(state)).toEqual({ ...file.analytics, pageViews: 1_237, visitors: 58 });
  });

  test("never sum the visitors of different days", () => {
    const state = inMemoryState();
    const days = ["2026-01-29", "2026-01-30", "2026-01-31"];
    for (const [index, day] of days.entries()) {
      const visitors = [3, 4, 2][index] ?? 0;
      state.run(count(index + 1, { page_views: 10, visitors }, { day }));
    }
    expect(shown(state)).toMatchObject({ pageViews: 30, visitors: 4 });
    state.run(count(4, { page_views: 1, visitors: 2 }, { day: "2026-01-29" }));
    expect(shown(state)).toMatchObject({ pageViews: 31, visitors: 5 });
  });

  test("that are no numbers stay until something is counted", () => {
    const odd = { ...file, analytics: { pageViews: "many", visitors: null } };
    const state = inMemoryState();
    state.run(decideImportTimeCrystal(odd as never, { dryRun: false, timeScale: 1 }));
    expect(shown(state)).toEqual(odd.analytics);
    state.run(count(1, { page_views: 1, visitors: 1 }));
    expect(shown(state)).toEqual({ pageViews: 1, visitors: 1 });
  });
});

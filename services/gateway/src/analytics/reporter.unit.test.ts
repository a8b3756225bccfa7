import type { TrafficCounts } from "@vega/contracts";
import { analytics, VegaError } from "@vega/contracts";
import type { MemoryStream, MemoryValue } from "@vega/messaging";
import { createLogger } from "@vega/service-kit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startAnalytics } from "./reporter.ts";

/* Time, faults of the bus and of state, as the test sets them. The same on a real bus: analytics.int.test.ts. */

const PERIOD_MS = 7_000;
const DAY_MS = 86_400_000;
const NOON = Date.parse("2026-11-30T12:00:00.000Z");
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

interface Sent {
  readonly report: number;
  readonly day: string;
  readonly counts: TrafficCounts;
}

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => void vi.useRealTimers());

/** The stream in the memory of the bus, in the memory of the test. */
function createStream() {
  const values = new Map<string, MemoryValue>();
  let sequence = 0;
  /** What the bus refuses now. */
  const broken = new Set<"reads" | "replies">();
  const stream: MemoryStream = {
    ensure: async () => undefined,
    expireAfter: async () => undefined,
    async read(key) {
      if (broken.has("reads")) throw new Error("no reply");
      return values.get(key);
    },
    async write(key, value, revision) {
      if ((values.get(key)?.revision ?? 0) !== revision) return "conflict";
      sequence += 1;
      values.set(key, { value, revision: sequence });
      if (broken.has("replies")) throw new Error("the reply was lost");
      return sequence;
    },
    async remove(pattern) {
      const prefix = pattern.replace(/\*$/, "");
      for (const key of values.keys()) if (key.startsWith(prefix)) values.delete(key);
    },
  };
  return { stream, values, broken };
}

function start() {
  const bus = createStream();
  const sent: Sent[] = [];
  const state: { failure: Error | undefined } = { failure: undefined };
  const running = startAnalytics({
    stream: bus.stream,
    services: {
      async request(contract: { subject: string }, input: unknown) {
        expect(contract.subject).toBe(analytics.requests.count.subject);
        sent.push(input as Sent);
        if (state.failure) throw state.failure;
        return { sequence: 1, is_new: true } as never;
      },
    },
    log: createLogger("gateway", "silent"),
    periodMs: PERIOD_MS,
    now: () => Date.now(),
  });
  const request = (ip: string, headers: object) => ({
    ip,
    host: "vega",
    headers: { "user-agent": FIREFOX, ...headers },
    socket: { remoteAddress: ip },
  });
  const view = (ip = "192.0.2.1", headers = {}) =>
    running.recorder.pageView(request(ip, headers), "/docs");
  const sumOf = (member: "page_views" | "visitors" | "sessions" | "bounced") =>
    sent.reduce((sum, { counts }) => sum + counts[member], 0);
  return { ...running, ...bus, sent, state, request, view, sumOf };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("counts of a period are one report; without requests there is none", async () => {
  const { recorder, request, sent, view } = start();
  await pass(3_600_000);
  expect(sent).toEqual([]);
  view();
  view();
  recorder.apiCall(request("192.0.2.1", {}), "state", { elapsedTime: 1 });
  await pass(PERIOD_MS);
  expect(sent).toMatchObject([
    {
      report: 1,
      day: "2026-11-30",
      counts: { page_views: 2, visitors: 1, sessions: 1, bounced: 0, api: [{ name: "state" }] },
    },
  ]);
  await pass(DAY_MS);
  expect(sent).toHaveLength(1);
});

test("a report without a reply is sent again as it was, and later counts follow under another number", async () => {
  const { sent, state, view } = start();
  state.failure = new VegaError("timeout", "no reply in time; the outcome is unknown");
  view();
  await pass(PERIOD_MS);
  view();
  await pass(PERIOD_MS);
  state.failure = undefined;
  await pass(2 * PERIOD_MS);
  const [first, ...rest] = sent;
  expect(first).toMatchObject({ report: 1, counts: { page_views: 1 } });
  expect(rest.slice(0, -1).every((one) => JSON.stringify(one) === JSON.stringify(first))).toBe(
    true,
  );
  expect(rest.at(-1)).toMatchObject({ report: 2, counts: { page_views: 1, visitors: 0 } });
});

test("a report that state refuses is dropped, and the next one is sent", async () => {
  const { sent, state, view } = start();
  state.failure = new VegaError("invalid", "the day is too long ago");
  view();
  await pass(PERIOD_MS);
  state.failure = undefined;
  view();
  await pass(PERIOD_MS);
  expect(sent.map(({ report }) => report)).toEqual([1, 2]);
});

test("while the bus has no memory, views are reported, and visitors once it has", async () => {
  const { broken, view, sumOf } = start();
  broken.add("reads");
  view();
  await pass(PERIOD_MS);
  expect([sumOf("page_views"), sumOf("visitors")]).toEqual([1, 0]);
  broken.delete("reads");
  await pass(2 * PERIOD_MS);
  expect([sumOf("page_views"), sumOf("visitors"), sumOf("sessions")]).toEqual([1, 1, 1]);
});

test("a visitor whose write had no reply is counted once", async () => {
  const { broken, view, sumOf } = start();
  view();
  await pass(1);
  broken.add("replies");
  await pass(PERIOD_MS);
  expect(sumOf("visitors")).toBe(0);
  view();
  broken.delete("replies");
  await pass(3 * PERIOD_MS);
  expect([sumOf("page_views"), sumOf("visitors"), sumOf("sessions"), sumOf("bounced")]).toEqual([
    2, 1, 1, 0,
  ]);
});

test("at midnight the salt goes, a minute later the digests; the last views count for their day", async () => {
  vi.setSystemTime(Date.parse("2026-11-30T23:59:58.000Z"));
  const { sent, values, view } = start();
  view();
  await pass(0);
  const salt = values.get("salt")?.value;
  expect(salt).toContain("2026-11-30");
  await pass(PERIOD_MS);
  expect(values.get("salt")).toBeUndefined();
  expect([...values.keys()]).toEqual([expect.stringMatching(/^seen\.2026-11-30\./)]);
  view();
  await pass(PERIOD_MS);
  expect(values.get("salt")?.value).toContain("2026-12-01");
  await pass(60_000);
  expect([...values.keys()].filter((key) => key.includes("2026-11-30"))).toEqual([]);
  expect(sent).toMatchObject([
    { day: "2026-11-30", counts: { page_views: 1, visitors: 1 } },
    { day: "2026-12-01", counts: { page_views: 1, visitors: 1 } },
  ]);
});

test("without a request after midnight the salt goes too", async () => {
  const { values, view } = start();
  view();
  await pass(PERIOD_MS);
  expect(values.has("salt")).toBe(true);
  await pass(DAY_MS / 2 + 120_000);
  expect([...values.keys()]).toEqual([]);
});

test("a clock that steps to another day and back counts for the day that it shows", async () => {
  const { sent, view } = start();
  view();
  vi.setSystemTime(NOON + 40 * DAY_MS);
  view();
  vi.setSystemTime(NOON);
  view();
  await pass(3 * PERIOD_MS);
  const views = Object.groupBy(sent, ({ day }) => day);
  expect(Object.keys(views)).toEqual(expect.arrayContaining(["2026-11-30", "2027-01-09"]));
  const total = sent.reduce((sum, { counts }) => sum + counts.page_views, 0);
  expect(total).toBe(3);
});

test("a request that asks not to be tracked is a view without a visitor", async () => {
  const { sent, values, view } = start();
  view("192.0.2.1", { dnt: "1", referer: "https://example.org/" });
  view("192.0.2.2", { "sec-gpc": "1" });
  view("192.0.2.3", { "user-agent": "Googlebot/2.1" });
  await pass(PERIOD_MS);
  expect(sent).toMatchObject([
    {
      counts: { page_views: 2, untracked_views: 2, bot_views: 1, visitors: 0, referrers: [] },
    },
  ]);
  expect([...values.keys()]).toEqual([]);
});

test("a stop reports what is pending", async () => {
  const { sent, view, stop } = start();
  view();
  await stop();
  expect(sent).toMatchObject([{ counts: { page_views: 1, visitors: 1 } }]);
});

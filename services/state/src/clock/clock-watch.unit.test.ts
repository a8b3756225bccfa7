import { expect, onTestFinished, test } from "vitest";
import { watchClock } from "./clock-watch.ts";

const START = Date.parse("2026-01-31T12:00:00.000Z");
const HOUR_MS = 3_600_000;

function given() {
  const at = { now: START, elapsed: 0, entry: START };
  const lines: string[] = [];
  const reported: string[] = [];
  const watch = watchClock({
    now: () => at.now,
    elapsed: () => at.elapsed,
    lastTime: () => new Date(at.entry).toISOString(),
    log: {
      error: (_details: object, text: string) => void lines.push(`error ${text}`),
      info: (_details: object, text: string) => void lines.push(`info ${text}`),
    } as never,
    report: ({ message }) => void reported.push(message),
  });
  onTestFinished(() => watch.stop());
  const pass = (ms: number) => {
    at.now += ms;
    at.elapsed += ms;
    watch.look();
  };
  return { at, lines, reported, watch, pass };
}

test("a log that is ahead is reported once, is part of the report until the clock has passed it, and once again", () => {
  const { at, lines, reported, watch, pass } = given();
  pass(1_000);
  at.now += 2 * HOUR_MS;
  pass(1_000);
  at.entry = at.now;
  pass(1_000);
  expect([watch.check(), reported]).toEqual(["ok", []]);
  at.now -= 2 * HOUR_MS;
  pass(5_000);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain(
    "clock skew: the last log entry is 7,194 s ahead of this machine's clock",
  );
  expect(lines[0]).toBe(`error ${reported[0]}`);
  pass(HOUR_MS);
  expect(watch.check()).toContain("3,594 s ahead");
  pass(HOUR_MS - 67_000);
  expect(watch.check()).not.toBe("ok");
  pass(1_000);
  expect(watch.check()).toBe("ok");
  expect(lines).toEqual([lines[0], "info clock skew is over"]);
  expect(reported).toHaveLength(1);
  at.entry = at.now + HOUR_MS;
  pass(1_000);
  expect(reported).toHaveLength(2);
});

test("clocks that differ within the bound are none of it", () => {
  const { at, reported, watch, pass } = given();
  at.entry = at.now + 60_000;
  at.now -= 1_000;
  at.entry -= 1_000;
  pass(0);
  expect([watch.check(), reported]).toEqual(["ok", []]);
  at.entry += 1;
  expect(watch.check()).toContain("60 s ahead");
});

test("a clock that is set back is reported, also where the log shows nothing of it", () => {
  const { at, reported, watch, pass } = given();
  pass(3 * HOUR_MS);
  at.now -= 2 * HOUR_MS;
  pass(1_000);
  expect(reported).toEqual([
    expect.stringContaining("this machine's clock was set back by 7,200 s"),
  ]);
  expect(watch.check()).toBe(reported[0]);
  pass(11 * 60_000);
  expect([watch.check(), reported.length]).toEqual(["ok", 1]);
});

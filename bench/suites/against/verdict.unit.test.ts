import { expect, test } from "vitest";
import { againstSection, isWorse } from "./verdict.ts";

const interval = (low: number, high: number) => ({ ratio: (low + high) / 2, low, high });

test("a figure is worse only if its whole interval is beyond 5 %", () => {
  expect(isWorse("reads, 1/s", interval(0.8, 0.94))).toBe(true);
  expect(isWorse("reads, 1/s", interval(0.8, 0.96))).toBe(false);
  expect(isWorse("reads, 1/s", interval(1.2, 1.3))).toBe(false);
  expect(isWorse("reads, p99 ms", interval(1.06, 1.3))).toBe(true);
  expect(isWorse("reads, p99 ms", interval(1.04, 1.3))).toBe(false);
  expect(isWorse("memory, MiB", interval(0.5, 0.6))).toBe(false);
});

test("few rounds have a note in place of a valid interval", () => {
  const rounds = (count: number) => Array.from({ length: count }, () => ({ "start, ms": 1 }));
  const notes = (count: number) =>
    againstSection({ before: "abc", after: "def" }, rounds(count), rounds(count)).notes;
  expect(notes(4)).toContain("fewer than 5 rounds: no valid interval");
  expect(notes(5)).toHaveLength(1);
});

test("the section shows medians, ratio and interval, and misses its aim for a worse figure", () => {
  const rounds = (rate: number, start: number) =>
    [0.99, 1, 1.01].map((factor) => ({ "reads, 1/s": rate * factor, "start, ms": start * factor }));
  const sides = { before: "abc", after: "def" };
  const same = againstSection(sides, rounds(1_000, 2_000), rounds(1_010, 1_990));
  expect(same.aims).toMatchObject([{ met: true }]);
  const slower = againstSection(sides, rounds(1_000, 2_000), rounds(800, 2_000));
  expect(slower.aims).toMatchObject([{ met: false }]);
  expect(slower.rows[0]).toEqual([
    "reads, 1/s",
    "1,000",
    "800",
    "0.800",
    expect.any(String),
    "WORSE",
  ]);
  expect(slower.raw).toMatchObject({ rounds: { before: { length: 3 }, after: { length: 3 } } });
});

import { expect, test } from "vitest";
import { median, ratioOfMedians, show, spreadOf } from "./statistics.ts";

test("quantiles are nearest ranks", () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect(spreadOf(hundred)).toEqual({ p50: 50, p99: 99, max: 100 });
  expect(median([10, 9, 100])).toBe(10);
  expect(median([4, 1, 2, 3])).toBe(2);
  expect(median([])).toBeNaN();
});

test("numbers show as many digits as are significant", () => {
  expect([0.123, 12.34, 41_927.6].map(show)).toEqual(["0.12", "12.3", "41,928"]);
});

test("the interval of a ratio excludes 1 for a clear change and includes it for noise", () => {
  const before = [100, 102, 98, 101, 99, 103, 97];
  const slower = ratioOfMedians(
    before,
    before.map((value) => value * 0.8),
  );
  expect(slower.ratio).toBeCloseTo(0.8);
  expect(slower.high).toBeLessThan(0.95);
  const noise = ratioOfMedians(before, [99, 101, 100, 97, 103, 98, 102]);
  expect(noise.low).toBeLessThan(1);
  expect(noise.high).toBeGreaterThan(1);
});

test("rounds are paired: a disturbance of both values of a round widens no interval", () => {
  const before = [100, 50, 200, 80, 120, 60, 150];
  const { low, high } = ratioOfMedians(
    before,
    before.map((value) => value * 0.9),
  );
  expect([low, high].map((value) => value.toFixed(6))).toEqual(["0.900000", "0.900000"]);
});

test("a ratio needs the same number of rounds", () => {
  expect(() => ratioOfMedians([1], [1, 2])).toThrow("differ in rounds");
});

import { expect, test } from "vitest";
import { median, show, spreadOf } from "./figures.ts";

test("quantiles are nearest ranks", () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect(spreadOf(hundred)).toEqual({ p50: 50, p99: 99, max: 100 });
  expect(median([10, 9, 100])).toBe(10);
  expect(median([4, 1, 2, 3])).toBe(2);
  expect(median([])).toBeNaN();
});

test("numbers are shown as far as they say something", () => {
  expect([0.123, 12.34, 41_927.6].map(show)).toEqual(["0.12", "12.3", "41,928"]);
});

import { expect, test } from "vitest";
import { median, quantile, summary } from "./figures.ts";

test("median and quantiles", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2);
  const hundred = Array.from({ length: 100 }, (_, n) => n + 1);
  expect([0.5, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([50, 99, 100]);
  expect(median([])).toBeNaN();
});

test("a summary takes medians and adds up failures", () => {
  const rounds = [1, 3, 2].map((n) => ({ perSecond: n, p50: n, p99: n * 10, failed: n }));
  expect(summary(rounds)).toEqual({ perSecond: 2, p50: 2, p99: 20, failed: 6 });
});

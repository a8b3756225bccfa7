import { expect, test } from "vitest";
import { failuresInARow, restartDelay } from "./backoff.ts";

test("the delay doubles from 100 ms to 10 s", () => {
  expect([1, 2, 3, 4, 7, 8, 50].map(restartDelay)).toEqual([
    100, 200, 400, 800, 6_400, 10_000, 10_000,
  ]);
});

test("a process that was up for 30 seconds starts with the first delay again", () => {
  expect(failuresInARow(4, 29_999)).toBe(5);
  expect(failuresInARow(4, 30_000)).toBe(1);
});

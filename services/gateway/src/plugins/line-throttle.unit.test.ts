import { expect, test } from "vitest";
import { createThrottle } from "./line-throttle.ts";

test("the first passes at once, then one in each interval with the count of the others", () => {
  const throttle = createThrottle(1_000);
  const passed = [0, 1, 500, 999, 1_000, 1_500, 2_000, 9_000].map((now) => throttle.pass("a", now));
  expect(passed).toEqual([0, undefined, undefined, undefined, 3, undefined, 1, 0]);
});

test("kinds don't hold each other back", () => {
  const throttle = createThrottle(1_000);
  expect([throttle.pass("a", 0), throttle.pass("b", 0), throttle.pass("b", 1)]).toEqual([
    0,
    0,
    undefined,
  ]);
});

test("a clock that is set back does not silence it", () => {
  const throttle = createThrottle(1_000);
  throttle.pass("a", 1_000_000);
  expect(throttle.pass("a", 5)).toBe(0);
});

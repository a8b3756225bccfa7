import { expect, test } from "vitest";
import { createLogRateLimit } from "./log-rate-limit.ts";

test("the first line passes, then one in each interval with the number of suppressed ones", () => {
  const rateLimit = createLogRateLimit(1_000);
  const passed = [0, 1, 500, 999, 1_000, 1_500, 2_000, 9_000].map((now) =>
    rateLimit.take("a", now),
  );
  expect(passed).toEqual([0, undefined, undefined, undefined, 3, undefined, 1, 0]);
});

test("kinds are independent", () => {
  const rateLimit = createLogRateLimit(1_000);
  expect([rateLimit.take("a", 0), rateLimit.take("b", 0), rateLimit.take("b", 1)]).toEqual([
    0,
    0,
    undefined,
  ]);
});

test("a clock that is set back opens a new interval", () => {
  const rateLimit = createLogRateLimit(1_000);
  rateLimit.take("a", 1_000_000);
  expect(rateLimit.take("a", 5)).toBe(0);
});

import { expect, test } from "vitest";
import { createResting } from "./negative-cache.ts";

test("an entry expires after its lifetime and can be renewed", () => {
  let now = 0;
  const resting = createResting(100, () => now);
  expect(resting.has("a")).toBe(false);
  resting.add("a");
  now = 99;
  expect([resting.has("a"), resting.has("b")]).toEqual([true, false]);
  now = 100;
  expect(resting.has("a")).toBe(false);
  resting.add("a");
  expect(resting.has("a")).toBe(true);
});

test("the oldest entry is evicted at the limit", () => {
  const resting = createResting(100, () => 0);
  for (let n = 0; n <= 1_000; n += 1) resting.add(String(n));
  expect([resting.has("0"), resting.has("1"), resting.has("1000")]).toEqual([false, true, true]);
});

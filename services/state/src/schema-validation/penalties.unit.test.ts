import { expect, test } from "vitest";
import { createPenalties } from "./penalties.ts";

test("a schema over a limit is refused for 30 s, in its namespace alone", () => {
  const penalties = createPenalties();
  penalties.exceeded("a", "a/notes", "{}", 0);
  expect(penalties.refusedMs("a/notes", "{}", 10_000)).toBe(20_000);
  expect(penalties.refusedMs("a/notes", "{}", 30_000)).toBe(0);
  expect(penalties.refusedMs("a/notes", "true", 1)).toBe(0);
  expect(penalties.refusedMs("b/notes", "{}", 1)).toBe(0);
  expect([29_999, 30_000].map((now) => penalties.isSuspect("a", now))).toEqual([true, false]);
  expect(penalties.isSuspect("b", 1)).toBe(false);
});

test("an owner's processor time is bounded, and comes back with time", () => {
  const penalties = createPenalties();
  for (let n = 0; n < 6; n += 1) penalties.exceeded("a", `a/${n}`, "{}", 0);
  expect(penalties.waitMs("a", 0)).toBe(2_000);
  expect(penalties.waitMs("a", 2_000)).toBe(0);
  expect(penalties.waitMs("b", 0)).toBe(0);
});

test("a thousand usual values a second are within the allowance", () => {
  const penalties = createPenalties();
  let waits = 0;
  for (let now = 0; now < 60_000; now += 1) {
    waits += penalties.waitMs("a", now);
    penalties.used("a", 0.1, now);
  }
  expect(waits).toBe(0);
});

import { expect, test } from "vitest";
import { createCommitBackoff } from "./commit-backoff.ts";

test("who writes alone never waits", () => {
  const turns = createCommitBackoff();
  turns.noted({ outcome: "committed", startedAt: 0, endedAt: 40 });
  expect(turns.pauseMs(41, 0.5)).toBe(0);
});

test("who was late for another waits about a commit after its own, for a second", () => {
  const turns = createCommitBackoff();
  turns.noted({ outcome: "conflict", startedAt: 0, endedAt: 10 });
  turns.noted({ outcome: "committed", startedAt: 10, endedAt: 50 });
  expect([0, 0.5, 0.75].map((random) => turns.pauseMs(60, random))).toEqual([20, 40, 50]);
  expect(turns.pauseMs(1_010, 0.5)).toBe(40);
  expect(turns.pauseMs(1_011, 0.5)).toBe(0);
});

test("a slow commit is not waited for as long as it took", () => {
  const turns = createCommitBackoff();
  turns.noted({ outcome: "conflict", startedAt: 0, endedAt: 10 });
  turns.noted({ outcome: "committed", startedAt: 10, endedAt: 4_000 });
  turns.noted({ outcome: "conflict", startedAt: 4_000, endedAt: 4_010 });
  expect(turns.pauseMs(4_010, 0.5)).toBe(250);
});

import { expect, test } from "vitest";
import { createCommitBackoff } from "./commit-backoff.ts";

test("a single writer never pauses", () => {
  const backoff = createCommitBackoff();
  backoff.record({ outcome: "committed", startedAt: 0, endedAt: 40 });
  expect(backoff.pauseMs(41, 0.5)).toBe(0);
});

test("after a conflict a writer pauses for about one commit after its own, for a second", () => {
  const backoff = createCommitBackoff();
  backoff.record({ outcome: "conflict", startedAt: 0, endedAt: 10 });
  backoff.record({ outcome: "committed", startedAt: 10, endedAt: 50 });
  expect([0, 0.5, 0.75].map((random) => backoff.pauseMs(60, random))).toEqual([20, 40, 50]);
  expect(backoff.pauseMs(1_010, 0.5)).toBe(40);
  expect(backoff.pauseMs(1_011, 0.5)).toBe(0);
});

test("a slow commit is not waited for as long as it took", () => {
  const backoff = createCommitBackoff();
  backoff.record({ outcome: "conflict", startedAt: 0, endedAt: 10 });
  backoff.record({ outcome: "committed", startedAt: 10, endedAt: 4_000 });
  backoff.record({ outcome: "conflict", startedAt: 4_000, endedAt: 4_010 });
  expect(backoff.pauseMs(4_010, 0.5)).toBe(250);
});

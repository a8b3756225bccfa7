import type { Loop } from "@vega/contracts";
import { expect, test } from "vitest";
import { dueIn, tickAfter } from "./schedule.ts";

const NOON = "2026-01-31T12:00:00.000Z";
const loop: Loop = {
  active: true,
  phase: 3,
  iteration: 7,
  next_at: "2026-01-31T12:00:02.000Z",
  updated_at: NOON,
  extra: {},
};
const timer = { trigger: "timer", timeScale: 1, observations: [] } as const;

test("a tick is due at its planned time", () => {
  expect(dueIn(loop, NOON, 1)).toBe(2_000);
  expect(dueIn(loop, "2026-01-31T12:00:02.500Z", 1)).toBe(0);
  expect(dueIn({ ...loop, active: false }, NOON, 1)).toBeUndefined();
  const now = "2026-01-31T12:00:02.500Z";
  expect(tickAfter(loop, { ...timer, now }).next_at).toBe("2026-01-31T12:00:07.000Z");
});

test("after the clock was set back the loop continues from now", () => {
  const before = "2026-01-31T11:00:00.000Z";
  expect(dueIn(loop, before, 1)).toBe(0);
  const tick = tickAfter(loop, { ...timer, now: before });
  expect(tick.next_at).toBe("2026-01-31T11:00:05.000Z");
  expect(dueIn({ ...loop, phase: tick.phase, next_at: tick.next_at }, before, 1)).toBe(5_000);
});

test("a plan is valid with a clock skew of less than a phase", () => {
  expect(dueIn(loop, "2026-01-31T11:59:57.000Z", 1)).toBe(5_000);
});

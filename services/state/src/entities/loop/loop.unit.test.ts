import type { Tick } from "@vega/contracts";
import { expect, test } from "vitest";
import { decideAcceptTick, decideSetLoopActive } from "./loop.ts";
import { freshCrystal } from "../crystal/seed.ts";
import { accepted, changesFrom, NOW, viewOf } from "../../log/decision-testing.ts";

const tick: Tick = {
  iteration: 1,
  phase: 5,
  trigger: "timer",
  planned_at: NOW,
  actual_at: NOW,
  next_at: "2026-01-31T12:00:05.000Z",
  observations: [],
  agents_due: [],
};

test("the very next tick is taken over", () => {
  const { events, result } = accepted(decideAcceptTick(tick), viewOf());
  expect(result).toMatchObject({ accepted: true, loop: { iteration: 1, phase: 5 } });
  expect(changesFrom(events).map(({ collection, id }) => `${collection}/${id}`)).toEqual([
    "system_state/loop",
    "cores/alpha",
    "cores/omega",
    "cores/vega",
    "cores/mirror",
  ]);
});

test.each([
  ["a double", { iteration: 0 }],
  ["a gap", { iteration: 2 }],
  ["another phase", { phase: 8 as const }],
])("%s is passed over", (_name, change) => {
  const { events, result } = accepted(decideAcceptTick({ ...tick, ...change }), viewOf());
  expect(events).toEqual([]);
  expect(result.accepted).toBe(false);
});

test("a start gives the phase its whole length, a stop plans nothing", () => {
  const crystal = freshCrystal(NOW, 1);
  const stopped = accepted(decideSetLoopActive(false, 0.5), viewOf(crystal));
  expect(stopped.result).toMatchObject({ active: false, next_at: null });
  const started = accepted(
    decideSetLoopActive(true, 0.5),
    viewOf({ ...crystal, loop: stopped.result }),
    "2026-01-31T13:00:00.000Z",
  );
  expect(started.result.next_at).toBe("2026-01-31T13:00:01.500Z");
  expect(accepted(decideSetLoopActive(true, 1), viewOf(crystal)).events).toEqual([]);
});

test("a tick while the loop is stopped plans no next one", () => {
  const crystal = freshCrystal(NOW, 1);
  const view = viewOf({ ...crystal, loop: { ...crystal.loop, active: false, next_at: null } });
  expect(accepted(decideAcceptTick(tick), view).result.loop).toMatchObject({
    iteration: 1,
    active: false,
    next_at: null,
  });
});

import type { Tick } from "@vega/contracts";
import { expect, test } from "vitest";
import { decideAcceptTick, decideSetLoopActive } from "./commands.ts";
import { freshCrystal } from "../crystal/seed.ts";
import { changesFrom, given, NOW } from "../../log/decision-testing.ts";

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
  const { events, result } = given().when(decideAcceptTick(tick)).accepted();
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
  const { events, result } = given()
    .when(decideAcceptTick({ ...tick, ...change }))
    .accepted();
  expect(events).toEqual([]);
  expect(result.accepted).toBe(false);
});

test("a start gives the phase its whole length, a stop plans nothing", () => {
  const crystal = freshCrystal(NOW, 1);
  const stopped = given({ crystal }).when(decideSetLoopActive(false, 0.5)).accepted();
  expect(stopped.result).toMatchObject({ active: false, next_at: null });
  const started = given({ crystal: { ...crystal, loop: stopped.result } })
    .when(decideSetLoopActive(true, 0.5), "2026-01-31T13:00:00.000Z")
    .accepted();
  expect(started.result.next_at).toBe("2026-01-31T13:00:01.500Z");
  given({ crystal }).when(decideSetLoopActive(true, 1)).thenEvents([]);
});

test("a tick while the loop is stopped plans no next one", () => {
  const crystal = freshCrystal(NOW, 1);
  const before = given({
    crystal: { ...crystal, loop: { ...crystal.loop, active: false, next_at: null } },
  });
  expect(before.when(decideAcceptTick(tick)).accepted().result.loop).toMatchObject({
    iteration: 1,
    active: false,
    next_at: null,
  });
});

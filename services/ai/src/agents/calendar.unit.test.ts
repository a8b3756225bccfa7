import fc from "fast-check";
import { expect, test } from "vitest";
import type { Scheduled } from "./calendar.ts";
import { createCalendar, offsetOf } from "./calendar.ts";

const due = (agents: readonly Scheduled[], iteration: number, phase: 3 | 5 | 8 = 3) =>
  createCalendar(agents).due({ iteration, phase }).toSorted();

test("an agent is due with every n-th iteration after its offset", () => {
  const agents = [
    { name: "each", schedule: { every: 1 } },
    { name: "third", schedule: { every: 3, offset: 1 } },
  ];
  expect([0, 1, 2, 3, 4].map((iteration) => due(agents, iteration).join())).toEqual([
    "each",
    "each,third",
    "each",
    "each",
    "each,third",
  ]);
});

test("an agent is due once at the start of each of its phases", () => {
  const agents = [{ name: "late", schedule: { phases: [5, 8, 8] } }] as Scheduled[];
  expect([due(agents, 1, 3), due(agents, 1, 5), due(agents, 1, 8)]).toEqual([
    [],
    ["late"],
    ["late"],
  ]);
});

test("in any n iterations each agent is due exactly once, and default offsets are spread evenly", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(1_000), (every, from) => {
      const calendar = createCalendar([{ name: "one", schedule: { every } }]);
      const times = Array.from({ length: every }, (_, n) =>
        calendar.due({ iteration: from + n, phase: 3 }),
      );
      expect(times.flat()).toEqual(["one"]);
    }),
  );
  const agents = Array.from({ length: 1_000 }, (_, n) => ({
    name: `agent-${n}`,
    schedule: { every: 60 },
  }));
  const calendar = createCalendar(agents);
  const counts = Array.from(
    { length: 60 },
    (_, iteration) => calendar.due({ iteration, phase: 3 }).length,
  );
  expect(counts.reduce((sum, count) => sum + count)).toBe(1_000);
  expect(Math.max(...counts)).toBeLessThan(40);
  expect(offsetOf("agent-1", 60)).toBe(offsetOf("agent-1", 60));
});

import { expect, test } from "vitest";
import type { Turn } from "./breakers.ts";
import { createBreakers } from "./breakers.ts";

test("tells once that a model is left alone, with the last reason, and once that it is back", () => {
  const clock = { ms: 0 };
  const turns: Turn[] = [];
  const breakers = createBreakers(
    () => clock.ms,
    (turn) => turns.push(turn),
  );
  for (const at of [1, 2, 3, 4, 5]) breakers.admit("p/m")?.settled("failed", `reason ${at}`);
  expect(turns).toEqual([{ key: "p/m", leftAlone: true, why: "reason 5" }]);
  clock.ms = 5_000;
  breakers.admit("p/m")?.settled("failed", "a probe in vain");
  expect(turns).toHaveLength(1);
  clock.ms = 60_000;
  breakers.admit("p/m")?.settled("answered");
  expect(turns.slice(1)).toEqual([{ key: "p/m", leftAlone: false, why: undefined }]);
});

import { expect, test } from "vitest";
import type { BreakerChange } from "./breakers.ts";
import { createBreakers } from "./breakers.ts";

test("a pause is at most five minutes, whatever the provider asks for", () => {
  const clock = { ms: 0 };
  const breakers = createBreakers(() => clock.ms);
  breakers.pause("p/m", 86_400_000);
  expect(breakers.pausedMs("p/m")).toBe(300_000);
  clock.ms = 300_000;
  expect(breakers.pausedMs("p/m")).toBe(0);
});

test("reports one opening with the last reason, and one closing", () => {
  const clock = { ms: 0 };
  const changes: BreakerChange[] = [];
  const breakers = createBreakers(
    () => clock.ms,
    (change) => changes.push(change),
  );
  for (const at of [1, 2, 3, 4, 5]) breakers.admit("p/m")?.settled("failed", `reason ${at}`);
  expect(changes).toEqual([{ key: "p/m", isOpen: true, reason: "reason 5" }]);
  clock.ms = 5_000;
  breakers.admit("p/m")?.settled("failed", "probe failed");
  expect(changes).toHaveLength(1);
  clock.ms = 60_000;
  breakers.admit("p/m")?.settled("answered");
  expect(changes.slice(1)).toEqual([{ key: "p/m", isOpen: false, reason: undefined }]);
});

import { expect, test } from "vitest";
import { wrongReadiness } from "./readiness.ts";

const probes = (...states: boolean[]) => states.map((ready, n) => ({ at: n * 100, ready }));
const writes = (...states: boolean[]) => states.map((ok, n) => ({ at: n * 100 + 50, ok }));

test("the longest period of each kind of wrong readiness is reported", () => {
  const ready = probes(true, true, true, true, false, false, true, false, true);
  const worked = writes(true, false, false, false, false, true, true, true, true);
  expect(wrongReadiness(ready, worked)).toEqual({ green: 200, red: 0 });
  expect(wrongReadiness(probes(false, false, false), writes(true, true, true))).toEqual({
    green: 0,
    red: 200,
  });
});

test("readiness that changes together with the writes is right", () => {
  expect(wrongReadiness(probes(true, false, true), writes(true, false, true))).toEqual({
    green: 0,
    red: 0,
  });
});

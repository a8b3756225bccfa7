import type { CoresView, CoreView } from "@vega/contracts/crystal/apply";
import { expect, test } from "vitest";
import { alignCurves, extendCurves } from "./curve.ts";

const time = (second: number) => new Date(second * 1_000).toISOString();
const point = (sequence: number, power: number) => ({ sequence, time: time(sequence), power });

test("points of the cores share their columns", () => {
  const curves = alignCurves({
    series: { alpha: [point(1, 10), point(3, 30)], omega: [point(2, 20)], vega: [], mirror: [] },
  });
  expect(curves).toEqual({
    sequences: [1, 2, 3],
    times: [1, 2, 3],
    powers: [
      [10, null, 30],
      [null, 20, null],
      [null, null, null],
      [null, null, null],
    ],
  });
});

const core = (power: number) => ({ power }) as CoreView;
const cores: CoresView = { alpha: core(1), omega: core(2), vega: core(3), mirror: core(4) };
const start = alignCurves({ series: { alpha: [point(1, 10), point(5, 50)] } });

test("a new point is the last one, and what is older than the period is dropped", () => {
  const next = extendCurves(start, { sequence: 9, time: 9 }, cores, 5);
  expect(next.sequences).toEqual([5, 9]);
  expect(next.powers.map((power) => power.at(-1))).toEqual([1, 2, 3, 4]);
});

test("a point that is known already changes nothing", () => {
  expect(extendCurves(start, { sequence: 5, time: 5 }, cores, 5)).toBe(start);
});

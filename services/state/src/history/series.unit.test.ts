import type { CorePoint } from "@vega/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSeries } from "./series.ts";

const START = Date.parse("2026-01-31T12:00:00.000Z");
const pointsOf = (powers: readonly number[]): CorePoint[] =>
  powers.map((power, index) => ({
    sequence: index + 1,
    time: new Date(START + index * 5_333).toISOString(),
    power,
  }));
function thin(points: readonly CorePoint[], wanted: number): CorePoint[] {
  const series = createSeries(wanted);
  for (const point of points) series.add(point);
  return series.points();
}

test("as few as are wanted are given as they are", () => {
  const points = pointsOf([100, 90, 0, 100]);
  expect(thin(points, 4)).toEqual(points);
  expect(thin([], 3)).toEqual([]);
  expect(thin(pointsOf([7]), 3)).toEqual(pointsOf([7]));
});

test.each([1_000, 4_001, 100_000])("one dip and one peak among %i points stay", (count) => {
  const powers = Array.from({ length: count }, (_, index) => 50 + (index % 3));
  powers[Math.floor(count / 3)] = 0;
  powers[Math.floor(count / 2)] = 100;
  const points = pointsOf(powers);
  for (const inTime of [points, points.toReversed()]) {
    const kept = thin(inTime, 500);
    expect(kept).toHaveLength(500);
    expect(kept.filter(({ power }) => power === 0)).toHaveLength(1);
    expect(kept.filter(({ power }) => power === 100)).toHaveLength(1);
    expect(kept.map(({ sequence }) => sequence)).toEqual(
      kept.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
    );
  }
});

test("any series: points that were, in order, no more than wanted, from its first to its last", () => {
  const powers = fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 600 });
  fc.assert(
    fc.property(powers, fc.integer({ min: 3, max: 20 }), fc.boolean(), (values, wanted, back) => {
      const points = pointsOf(values);
      const kept = thin(back ? points.toReversed() : points, wanted);
      expect(kept.length).toBe(Math.min(points.length, wanted));
      expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
      const numbers = kept.map(({ sequence }) => sequence);
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      for (const point of kept) expect(points).toContainEqual(point);
    }),
  );
});

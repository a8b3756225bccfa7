import fc from "fast-check";
import { expect, test } from "vitest";
import { outlived } from "./retention.ts";

const at = (...times: string[]) => times.map((time) => ({ created_at: `${time}.000Z` }));
const NOW = "2027-01-01T00:00:00.000Z";
const gone = (backups: { created_at: string }[], daily: number, weekly: number, monthly: number) =>
  outlived(backups, { daily, weekly, monthly }, NOW).map(({ created_at }) =>
    created_at.slice(0, 13),
  );

test("of each day, week and month the newest is kept, for as many as there are to be", () => {
  const backups = at(
    "2026-01-31T12:00:00",
    "2026-01-31T06:00:00",
    "2026-01-30T12:00:00",
    "2026-01-29T12:00:00",
    "2026-01-25T12:00:00",
    "2026-01-24T12:00:00",
    "2025-12-31T12:00:00",
    "2025-12-01T12:00:00",
  );
  expect(gone(backups, 2, 2, 2)).toEqual([
    "2026-01-31T06",
    "2026-01-29T12",
    "2026-01-24T12",
    "2025-12-01T12",
  ]);
});

test("a day without a backup costs none of those that are kept", () => {
  expect(gone(at("2026-01-31T12:00:00", "2026-01-01T12:00:00"), 2, 0, 0)).toEqual([]);
});

test("a backup from a clock that was ahead stays, and takes the place of none", () => {
  const backups = at("2027-03-01T12:00:00", "2026-12-31T12:00:00", "2026-12-30T12:00:00");
  expect(gone(backups, 1, 0, 0)).toEqual(["2026-12-30T12"]);
});

test("the newest stays whatever is asked for, and thinning again takes nothing more", () => {
  const time = fc
    .date({ min: new Date("2024-01-01"), max: new Date("2026-12-31"), noInvalidDate: true })
    .map((date) => ({ created_at: date.toISOString() }));
  const few = fc.nat({ max: 5 });
  fc.assert(
    fc.property(fc.array(time), few, few, few, (backups, daily, weekly, monthly) => {
      const retention = { daily, weekly, monthly };
      const removed = new Set(outlived(backups, retention, NOW));
      const left = backups.filter((backup) => !removed.has(backup));
      const newest = backups
        .map(({ created_at }) => created_at)
        .toSorted()
        .at(-1);
      if (newest) expect(left.map(({ created_at }) => created_at)).toContain(newest);
      expect(left.length).toBeLessThanOrEqual(Math.max(1, daily + weekly + monthly));
      expect(outlived(left, retention, NOW)).toEqual([]);
    }),
  );
});

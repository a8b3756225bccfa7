import { expect, test } from "vitest";
import { errorSpike, failedLogins, WINDOW_MS, worstBurst } from "./anomaly-detection.ts";

const minute = 60_000;
const incident = (sequence: number, minutes: number, count = 1) => ({
  sequence,
  at: minutes * minute,
  count,
});

test("incidents within one window are summed", () => {
  const incidents = [incident(1, 0, 9), incident(2, 9, 8), incident(3, 11, 7), incident(4, 60)];
  expect(worstBurst(incidents, 0)).toEqual({
    count: 17,
    from: incidents[0],
    to: incidents[1],
  });
  // The end of a window is exclusive.
  expect(worstBurst([incident(1, 0), incident(2, WINDOW_MS / minute)], 0)?.count).toBe(1);
});

test("a burst counts if it continues after the previous run", () => {
  const incidents = [incident(1, 0, 15), incident(2, 5, 10)];
  expect(worstBurst(incidents, 1)).toMatchObject({ count: 25 });
  expect(worstBurst(incidents, 2)).toBeUndefined();
  expect(worstBurst([], 0)).toBeUndefined();
});

test("a burst below the threshold raises no alert", () => {
  const few = worstBurst([incident(1, 0, 19)], 0);
  expect(failedLogins(few)).toEqual([]);
  expect(failedLogins(worstBurst([incident(1, 0, 20)], 0))).toMatchObject([
    { key: "failed_logins", evidence: { count: 20, from_sequence: 1, to_sequence: 1 } },
  ]);
  expect(errorSpike(worstBurst([incident(1, 0, 49)], 0))).toEqual([]);
  expect(errorSpike(worstBurst([incident(1, 0, 50)], 0))).toHaveLength(1);
});

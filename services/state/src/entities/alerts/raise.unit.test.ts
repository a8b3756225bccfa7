import type { Alert } from "@vega/contracts";
import { timeAfter } from "@vega/contracts";
import { expect, test } from "vitest";
import { decideRaiseAlerts } from "./raise.ts";
import { inMemoryState, NOW } from "../../log/decision-testing.ts";

const HOUR_MS = 3_600_000;
const ALERT: Alert = {
  key: "failed_logins",
  kind: "failed_logins",
  severity: "warning",
  message: "20 failed logins",
  evidence: {},
};

test("an alert is quiet for its time, by the clock: one raised while the clock was ahead does not count", () => {
  const { run } = inMemoryState();
  const raise = (now: string) =>
    run(decideRaiseAlerts([ALERT], "miracore", HOUR_MS), now).result?.raised;
  expect(raise(NOW)).toBe(1);
  expect(raise(timeAfter(NOW, HOUR_MS - 1))).toBe(0);
  // Another replica's clock may be a little behind.
  expect(raise(timeAfter(NOW, -30_000))).toBe(0);
  const ahead = timeAfter(NOW, 40 * 24 * HOUR_MS);
  expect(raise(ahead)).toBe(1);
  expect(raise(timeAfter(NOW, HOUR_MS))).toBe(1);
  expect(raise(timeAfter(NOW, HOUR_MS + 1))).toBe(0);
});

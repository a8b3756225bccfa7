import type { Observation, ServiceMetrics } from "@vega/contracts";
import { CORE_NAMES } from "@vega/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { observeCores, statusOf } from "./cores.ts";
import { unknownCore } from "../crystal/seed.ts";
import { NOW } from "../../log/decision-testing.ts";

const CORES = CORE_NAMES.map((name) => unknownCore(name, NOW));

const observed = (signals: ServiceMetrics): Observation[] => [
  { service: "any", instance: "any-1", signals },
];
const powers = (signals: ServiceMetrics) =>
  Object.fromEntries(observeCores(CORES, observed(signals), NOW).map((c) => [c.name, c.power]));

const gateway = { window_seconds: 60, latency_goal_ms: 250, sse_clients: 0 };
const state = { window_seconds: 60, commits: 10, commits_failed: 0, relay_lag_seconds: 0 };

test("alpha is the share of requests served well", () => {
  expect(powers({ gateway: { ...gateway, requests: 0, served_well: 0 } })["alpha"]).toBe(100);
  expect(powers({ gateway: { ...gateway, requests: 200, served_well: 150 } })["alpha"]).toBe(75);
});

test("alpha adds up all gateways", () => {
  const signals = [100, 0].map((served_well) => ({
    service: "gateway",
    instance: String(served_well),
    signals: { gateway: { ...gateway, requests: 100, served_well } },
  }));
  expect(observeCores(CORES, signals, NOW)[0]?.power).toBe(50);
});

test("omega falls with failing commits and a late relay", () => {
  expect(powers({ state })["omega"]).toBe(100);
  expect(powers({ state: { ...state, commits_failed: 10 } })["omega"]).toBe(50);
  expect(powers({ state: { ...state, relay_lag_seconds: 15.5 } })["omega"]).toBe(50);
  expect(powers({ state: { ...state, relay_lag_seconds: 60 } })["omega"]).toBe(0);
});

test("vega is the share of providers that answer; none at all is initializing", () => {
  expect(powers({ ai: { providers: 4, providers_answering: 3 } })["vega"]).toBe(75);
  expect(powers({ ai: { providers: 4, providers_answering: 0 } })["vega"]).toBe(0);
  expect(statusOf(powers({ ai: { providers: 0, providers_answering: 0 } })["vega"] ?? 0)).toBe(
    "initializing",
  );
});

const HOUR_MS = 3_600_000;
const backup = { sequence: 1, interval_seconds: 24 * 3_600, failed: false };
const backupOf = (hours: number) => {
  const created_at = new Date(Date.parse(NOW) - hours * HOUR_MS).toISOString();
  return { ...backup, created_at, verified_at: NOW };
};

test.each([
  [24, -1, 100],
  [24, 0, 100],
  [24, 25, 100],
  [24, 49, 50],
  [24, 73, 0],
  [24, 9_999, 0],
  [1, 2, 100],
  [1, 3, 50],
  [1, 4, 0],
  // None by itself: one a day is expected all the same.
  [0, 25, 100],
  [0, 49, 50],
])("mirror, with a backup every %i hours and the newest %i hours old: %i", (every, old, power) => {
  const report = { ...backupOf(old), interval_seconds: every * 3_600 };
  expect(powers({ backup: report })["mirror"]).toBe(power);
});

test("mirror without a backup: on its way, or nothing at all once it has failed", () => {
  const none = { ...backup, created_at: null, verified_at: null, sequence: null };
  const snapshot = { verified_at: NOW, sequence: 9 };
  expect(powers({ backup: none, mirror: snapshot })["mirror"]).toBe(1);
  expect(powers({ backup: { ...none, failed: true }, mirror: snapshot })["mirror"]).toBe(0);
  // A try that failed costs nothing while the one before is still fresh.
  expect(powers({ backup: { ...backupOf(1), failed: true } })["mirror"]).toBe(100);
  expect(observeCores(CORES, observed({ mirror: snapshot }), NOW).at(-1)).toMatchObject({
    name: "mirror",
    missed: 1,
  });
});

test("mirror looks at the newest backup of all replicas, and says what it saw", () => {
  const none = { ...backup, created_at: null, verified_at: null, sequence: null };
  const reports = [none, backupOf(49), { ...backupOf(2), sequence: 7 }, backupOf(99)];
  const signals = reports.map((report, index) => ({
    service: "state",
    instance: String(index),
    signals: { backup: report, mirror: { verified_at: NOW, sequence: 9 } },
  }));
  expect(observeCores(CORES, signals, NOW).at(-1)).toMatchObject({
    power: 100,
    evidence: {
      created_at: backupOf(2).created_at,
      verified_at: NOW,
      sequence: 7,
      age_seconds: 7_200,
      interval_seconds: 86_400,
      failed: false,
      snapshot_verified_at: NOW,
    },
  });
});

test("statuses have the documented bounds", () => {
  expect([100, 81, 80, 41, 40, 1, 0].map(statusOf)).toEqual([
    "online",
    "online",
    "active",
    "active",
    "initializing",
    "initializing",
    "offline",
  ]);
});

test("a core without a report is offline the third time", () => {
  let cores = observeCores(CORES, observed({ state }), NOW);
  const omega = () => cores.find(({ name }) => name === "omega");
  for (const [missed, power] of [
    [1, 100],
    [2, 100],
    [3, 0],
  ]) {
    cores = observeCores(cores, [], NOW);
    expect(omega()).toMatchObject({ missed, power });
  }
  expect(omega()?.status).toBe("offline");
  cores = observeCores(cores, observed({ state }), NOW);
  expect(omega()).toMatchObject({ missed: 0, power: 100, status: "online" });
});

test("power is a whole number from 0 to 100 whatever is reported", () => {
  const count = fc.nat({ max: 1_000_000 });
  fc.assert(
    fc.property(count, count, fc.float({ min: 0, max: 1e6, noNaN: true }), (a, b, lag) => {
      const cores = observeCores(
        CORES,
        observed({
          gateway: { ...gateway, requests: a, served_well: Math.min(a, b) },
          state: { ...state, commits: a, commits_failed: b, relay_lag_seconds: lag },
          ai: { providers: a, providers_answering: Math.min(a, b) },
        }),
        NOW,
      );
      for (const { power } of cores) {
        expect(Number.isInteger(power) && power >= 0 && power <= 100).toBe(true);
      }
    }),
  );
});

import type { Observation, Signals } from "@vega/contracts";
import { CORE_NAMES } from "@vega/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { observeCores, statusOf } from "./cores.ts";
import { unknownCore } from "./seed.ts";
import { NOW } from "./testing.ts";

const CORES = CORE_NAMES.map((name) => unknownCore(name, NOW));

const observed = (signals: Signals): Observation[] => [
  { service: "any", instance: "any-1", signals },
];
const powers = (signals: Signals) =>
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

test("mirror falls with the age of the verified snapshot", () => {
  const at = (verified_at: string | null) =>
    powers({ mirror: { verified_at, sequence: 1 } })["mirror"];
  expect(at(NOW)).toBe(100);
  expect(at("2026-01-31T11:50:00.000Z")).toBe(100);
  expect(at("2026-01-31T00:00:00.000Z")).toBe(51);
  expect(at("2026-01-29T00:00:00.000Z")).toBe(0);
  expect(at(null)).toBe(1);
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

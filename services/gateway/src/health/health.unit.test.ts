import type { HealthReport } from "@vega/contracts";
import { expect, test } from "vitest";
import { readinessOf } from "./readiness.ts";
import { SERVICES, summarize } from "./summary.ts";

const report = (service: string, part: Partial<HealthReport> = {}): HealthReport => ({
  service,
  instance: `${service}-1`,
  ready: true,
  checks: service === "state" ? { store: "ok" } : {},
  uptime_seconds: 5,
  signals: {},
  ...part,
});
const all = SERVICES.map((name) => report(name));
const well = {
  stopping: false,
  connected: true,
  current: true,
  wasAuthReady: true,
  reports: all,
};
const without = (service: string) => all.filter((one) => one.service !== service);

test("is ready when all dependencies are", () => {
  expect(readinessOf(well)).toEqual({
    ready: true,
    checks: { gateway: "ok", nats: "ok", read_model: "ok", state: "ok", auth: "ok" },
  });
});

test("does not need loop, ai, or auth after its first readiness", () => {
  expect(readinessOf({ ...well, reports: [report("state")] }).ready).toBe(true);
});

test("is not ready before auth is ready for the first time", () => {
  const fresh = { ...well, wasAuthReady: false };
  const waiting = report("auth", { ready: false, checks: { accounts: "waiting for state" } });
  const absent = readinessOf({ ...fresh, reports: [report("state")] });
  expect([absent.ready, absent.checks["auth"]]).toEqual([false, "no health report"]);
  const early = readinessOf({ ...fresh, reports: [report("state"), waiting] });
  expect([early.ready, early.checks["auth"]]).toEqual([false, "accounts: waiting for state"]);
  expect(readinessOf({ ...fresh, reports: [report("state"), report("auth")] }).ready).toBe(true);
});

test.each([
  [{ stopping: true }, "gateway"],
  [{ connected: false }, "nats"],
  [{ current: false }, "read_model"],
  [{ reports: without("state") }, "state"],
])("is not ready with %j", (part, check) => {
  const { ready, checks } = readinessOf({ ...well, ...part });
  expect(ready).toBe(false);
  expect(checks[check]).not.toBe("ok");
});

test("shows why state is not ready; one ready replica is enough", () => {
  const failing = report("state", {
    ready: false,
    checks: { store: "the database is unavailable" },
  });
  expect(readinessOf({ ...well, reports: [failing] }).checks["state"]).toContain(
    "database is unavailable",
  );
  expect(readinessOf({ ...well, reports: [failing, report("state")] }).ready).toBe(true);
});

test("a clock skew of state is shown and leaves the gateway ready", () => {
  const skewed = report("state", { checks: { store: "ok", clock: "clock skew: 7,194 s" } });
  const { ready, checks } = readinessOf({ ...well, reports: [...without("state"), skewed] });
  expect(ready).toBe(true);
  expect(checks).toMatchObject({ state: "ok", clock: "clock skew: 7,194 s" });
  const { status, services } = summarize([...without("state"), skewed], true);
  expect(status).toBe("ok");
  expect(services.state.checks).toMatchObject({ clock: "clock skew: 7,194 s" });
  // The reason of a replica that is not ready is not its clock.
  const failing = report("state", {
    ready: false,
    checks: { clock: "clock skew: 7,194 s", store: "the database is unavailable" },
  });
  expect(readinessOf({ ...well, reports: [failing] }).checks["state"]).toContain(
    "database is unavailable",
  );
});

test("the platform is ok when all five services are", () => {
  expect(summarize(all, true)).toMatchObject({ status: "ok", nats: "ok", store: "ok" });
});

test("a service without a report is `away`, and the platform degraded", () => {
  const { status, services } = summarize(without("ai"), true);
  expect(status).toBe("degraded");
  expect(services.ai).toEqual({ status: "away", instances: 0, uptime: 0, checks: {} });
});

test("the failure of one instance is shown", () => {
  const lame = report("loop", { ready: false, checks: { log: "behind" }, uptime_seconds: 90 });
  const fine = report("loop", { checks: { log: "ok: 7", lease: "ok" } });
  expect(summarize([...without("loop"), fine, lame], true).services.loop).toEqual({
    status: "degraded",
    instances: 2,
    uptime: 90,
    checks: { log: "behind", lease: "ok" },
  });
});

test("without state the store is unknown", () => {
  expect(summarize(without("state"), true)).toMatchObject({
    status: "degraded",
    store: expect.stringContaining("unknown"),
  });
});

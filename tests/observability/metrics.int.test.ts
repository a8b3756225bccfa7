import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bearer, newPerson } from "../integration/people.ts";
import type { Person } from "../integration/people.ts";
import type { Family } from "./prometheus-text.ts";
import { dashboardQueries } from "./dashboard.ts";
import { parsePrometheus } from "./prometheus-text.ts";
import { makeTraffic, providersAt, readMetrics, SERVICES } from "./traffic.ts";

let provider: FaultProvider;
let network: Network;
let person: Person;
let metrics: Map<string, Map<string, Family>>;
beforeAll(async () => {
  provider = await startFaultProvider();
  network = await startNetwork({
    env: { VEGA_REGISTRATION: "open" },
    providers: providersAt(provider),
  });
  person = await makeTraffic(network, provider);
  metrics = await readMetrics(network);
});
afterAll(async () => {
  await network.close();
  await provider.close();
});

/** The sum of the samples with this name and these labels. */
function sum(service: string, name: string, labels: Record<string, string> = {}): number {
  const families = metrics.get(service);
  const family = families?.get(name) ?? families?.get(name.replace(/_(count|sum|bucket)$/, ""));
  if (!family) throw new Error(`${service} has no ${name}`);
  return family.samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, is]) => sample.labels[key] === is))
    .reduce((total, { value }) => total + value, 0);
}

describe("metrics of", () => {
  test("HTTP, by route pattern", () => {
    const route = "/v1/chat/completions";
    const requests = (labels: Record<string, string>) =>
      sum("gateway", "vega_http_requests_total", labels);
    expect(requests({ method: "POST", route, status: "200" })).toBe(2);
    expect(requests({ route, status: "402" })).toBe(1);
    expect(requests({ route: "/api/admin/users/:id" })).toBe(0);
    expect(requests({ route: "/api/admin/budgets/:scope/:id", status: "200" })).toBe(1);
    expect(requests({ route: "(none)", status: "404" })).toBeGreaterThanOrEqual(1);
    expect(sum("gateway", "vega_http_request_duration_seconds_count", { route })).toBe(4);
  });

  test("the bus, on both ends", () => {
    const subject = "vega.state.memory.put";
    const labels = { subject, outcome: "ok" };
    expect(sum("gateway", "vega_bus_requests_asked_total", labels)).toBeGreaterThanOrEqual(1);
    expect(sum("state", "vega_bus_requests_served_total", labels)).toBeGreaterThanOrEqual(1);
    const logins = sum("auth", "vega_bus_requests_served_total", { outcome: "unauthorized" });
    expect(logins).toBe(1);
    const seconds = sum("state", "vega_bus_served_duration_seconds_sum", { subject });
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(30);
  });

  test("the log, its commits and its relay", () => {
    const sequence = sum("state", "vega_log_sequence");
    expect(sequence).toBeGreaterThan(5);
    // The first entry is written before the counters exist.
    expect(sum("state", "vega_log_appends_total")).toBe(sequence - 1);
    expect(sum("state", "vega_log_commit_entries_sum")).toBe(sequence - 1);
    const commits = sum("state", "vega_log_commits_total", { outcome: "committed" });
    expect(sum("state", "vega_log_commit_duration_seconds_count")).toBe(commits);
    expect(sum("state", "vega_log_appends_total", { type: "vega.memory.changed.v1" })).toBe(1);
    expect(sum("state", "vega_relay_lag_seconds")).toBeLessThan(10);
  });

  test("event streams and iterations", () => {
    expect(sum("gateway", "vega_sse_clients")).toBe(1);
    expect(sum("gateway", "vega_sse_replays_total", { outcome: "live" })).toBe(1);
    expect(sum("gateway", "vega_sse_frames_sent_total")).toBeGreaterThanOrEqual(1);
    expect(sum("loop", "vega_loop_iterations_total", { trigger: "manual" })).toBe(1);
    expect(sum("loop", "vega_loop_lease_held")).toBe(1);
  });

  test("models: calls by outcome, tokens, cost, circuit breakers", () => {
    const good = { provider: "wall", model: "good" };
    const calls = sum("ai", "vega_model_calls_total", { ...good, outcome: "complete" });
    // The completion, and two members of an ensemble or one and the aggregator.
    expect(calls).toBeGreaterThanOrEqual(2);
    expect(sum("ai", "vega_model_first_token_seconds_count", good)).toBe(calls);
    expect(sum("ai", "vega_model_call_duration_seconds_count", good)).toBe(calls);
    const [input, output] = ["input", "output"].map((type) =>
      sum("ai", "vega_model_tokens_total", { ...good, type }),
    );
    expect(input).toBeGreaterThan(0);
    const cost = ((input ?? 0) * 1_000 + (output ?? 0) * 10_000) / 1e6;
    expect(sum("ai", "vega_model_cost_usd_total", good)).toBeCloseTo(cost);
    // The tokens of an ensemble are those of its members.
    expect(sum("ai", "vega_model_tokens_total")).toBe((input ?? 0) + (output ?? 0));
    expect(sum("ai", "vega_model_breaker_state", { ...good, state: "closed" })).toBe(1);
    // A name from a client that never returned a completion.
    const failed = { provider: "wall", model: "(other)", outcome: "unavailable" };
    expect(sum("ai", "vega_model_calls_total", failed)).toBe(1);
    expect(sum("ai", "vega_budget_refusals_total", { what: "answer" })).toBe(1);
  });

  test("logins, by outcome", () => {
    expect(sum("auth", "vega_logins_total", { outcome: "succeeded" })).toBe(2);
    expect(sum("auth", "vega_logins_total", { outcome: "refused" })).toBe(1);
    expect(sum("auth", "vega_session_refreshes_total", { outcome: "succeeded" })).toBe(1);
  });

  test("the process: memory and event loop delay", () => {
    for (const service of SERVICES) {
      expect(sum(service, "process_resident_memory_bytes")).toBeGreaterThan(20e6);
      expect(sum(service, "nodejs_eventloop_lag_max_seconds")).toBeLessThan(10);
    }
  });
});

test("names follow Prometheus's rules, and no label has user input", () => {
  const inputs = [person.id, person.username, "ravens", "why?", "/no/such", "bad"];
  for (const families of metrics.values()) {
    for (const { name, type, help, samples } of families.values()) {
      if (!name.startsWith("vega_")) continue;
      expect(name).toMatch(/^vega_[a-z]+(_[a-z]+)*$/);
      expect(name.endsWith("_total")).toBe(type === "counter");
      expect(name).not.toMatch(/_(ms|milliseconds|minutes|kb|mb)(_|$)/);
      expect(help.length).toBeGreaterThan(10);
      const labels = samples.flatMap((sample) => Object.entries(sample.labels));
      for (const [label, value] of labels) {
        if (label === "le") continue;
        expect(inputs.filter((word) => value.includes(word))).toEqual([]);
        expect(value).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|@|\d{4,}/);
      }
    }
  }
});

/** Metric families of all services, by sample name. */
function bySample(): Map<string, { labels: Set<string>; isEmpty: boolean }> {
  const found = new Map<string, { labels: Set<string>; isEmpty: boolean }>();
  for (const { name, type, samples } of [...metrics.values()].flatMap((all) => [...all.values()])) {
    const suffixes = type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
    for (const suffix of suffixes) {
      const one = found.get(name + suffix) ?? { labels: new Set(), isEmpty: true };
      found.set(name + suffix, one);
      for (const sample of samples.filter((each) => each.name === name + suffix)) {
        one.isEmpty = false;
        for (const label of Object.keys(sample.labels)) one.labels.add(label);
      }
    }
  }
  return found;
}

test("the dashboard queries only existing series", () => {
  const queried = dashboardQueries();
  expect(queried.length).toBeGreaterThan(40);
  const live = bySample();
  const missing = queried.filter(({ metric, labels }) => {
    const there = live.get(metric);
    if (!there) return true;
    // A series without a sample has no labels yet.
    return !there.isEmpty && labels.some((label) => !there.labels.has(label));
  });
  expect(missing).toEqual([]);
});

test("docs/how-to/observability.md lists exactly VEGA's metrics", () => {
  const document = readFileSync(
    new URL("../../docs/how-to/observability.md", import.meta.url),
    "utf8",
  );
  const named = new Set(
    [...document.matchAll(/`(vega_\w+)`/g)]
      .map(([, name]) => name)
      .filter((name) => name !== undefined),
  );
  const live = [...metrics.values()].flatMap((all) => [...all.keys()]);
  expect(named).toEqual(new Set(live.filter((name) => name.startsWith("vega_"))));
});

describe("GET /metrics of the gateway", () => {
  const read = (headers: Record<string, string> = {}) =>
    fetch(`${network.api.url}/metrics`, { headers });

  test("needs the permission operate", async () => {
    expect((await read()).status).toBe(401);
    expect((await read(bearer(person.access))).status).toBe(403);
    const operator = await newPerson(network.api, "operator");
    const answer = await read(bearer(operator.access));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(parsePrometheus(await answer.text()).get("vega_http_requests_total")).toBeDefined();
  });

  test("is closed while the module health is off", async () => {
    const admin = bearer("a-token-for-tests-only");
    const turn = (status: string) => network.api.send("PATCH", "/api/modules/health", { status });
    expect((await turn("inactive")).status).toBe(200);
    expect((await read(admin)).status).toBe(409);
    expect((await turn("active")).status).toBe(200);
    expect((await read(admin)).status).toBe(200);
  });
});

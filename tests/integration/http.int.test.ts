import type { Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const SERVICES = ["gateway", "state", "loop", "ai", "auth"];

let network: Network;
beforeAll(async () => {
  network = await startNetwork();
});
afterAll(() => network?.close());

const get = (path: string, headers?: Record<string, string>) => network.api.get(path, headers);
const post = (path: string, body?: unknown, headers?: Record<string, string>) =>
  network.api.send("POST", path, body, headers);

describe("reads", () => {
  test("health names every service", async () => {
    // The loop may still read the log at the first request.
    const { status, body } = await until("all services are healthy", async () => {
      const answer = await get("/api/health");
      return answer.body.status === "ok" && answer;
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "ok", nats: "ok", store: "ok" });
    expect(Object.keys(body.services).toSorted()).toEqual(SERVICES.toSorted());
    expect(new Date(body.timestamp).toISOString()).toBe(body.timestamp);
    expect(body.uptime).toBeGreaterThanOrEqual(0);
  });

  test("status has the format of the predecessor", async () => {
    const { status, body, headers } = await get("/api/status");
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(
      expect.arrayContaining([
        "meta",
        "alpha_resonance",
        "omega_resonance",
        "vega_resonance",
        "mirror_core",
        "agents",
        "modules",
        "infinity_loop",
        "analytics",
      ]),
    );
    expect(body.meta).toMatchObject({ vtc_version: "2.0.0", infinity_loop_iteration: 0 });
    expect(Object.keys(body.alpha_resonance)).toEqual(["status", "power", "last_update"]);
    expect(body.agents).toHaveLength(3);
    expect(Object.keys(body.modules)).toHaveLength(16);
    expect(Object.keys(body.infinity_loop.phases)).toEqual(["3", "5", "8"]);
    expect(Number(headers.get("vega-sequence"))).toBeGreaterThan(0);
  });

  test("status supports If-None-Match", async () => {
    const first = await get("/api/status");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    const second = await get("/api/status", { "if-none-match": etag });
    expect([second.status, second.body]).toEqual([304, undefined]);
    await network.api.send("PATCH", "/api/modules/relax", { status: "inactive" });
    expect((await get("/api/status", { "if-none-match": etag })).status).toBe(200);
  });

  test("agents are a list, modules an object, the loop and the cores objects", async () => {
    const agents = await get("/api/agents");
    expect(agents.body.map((agent: { name: string }) => agent.name)).toEqual([
      "ae_agent",
      "ae_symbol_agent",
      "miracore",
    ]);
    expect((await get("/api/agents/miracore")).body).toMatchObject({ name: "miracore" });
    expect((await get("/api/agents/unknown")).status).toBe(404);
    expect((await get("/api/modules")).body.tongue).toMatchObject({ status: "active" });
    expect((await get("/api/infinity-loop")).body).toMatchObject({
      active: true,
      current_phase: 3,
      iteration: 0,
      next_at: expect.any(String),
    });
    const cores = (await get("/api/cores")).body;
    expect(Object.keys(cores)).toEqual(["alpha", "omega", "vega", "mirror"]);
    expect(cores.alpha.evidence).toBeDefined();
  });

  test("every response has the sequence, also errors", async () => {
    for (const path of ["/api/health", "/api/memory", "/api/nowhere", "/api/agents/unknown"]) {
      expect((await get(path)).headers.get("vega-sequence"), path).toMatch(/^\d+$/);
    }
  });

  test("the OpenAPI document has every route", async () => {
    const { body } = await get("/api/openapi");
    expect(body.openapi).toMatch(/^3\.1/);
    for (const path of [
      "/api/status",
      "/api/agents/update",
      "/api/infinity-loop/iterate",
      "/api/memory/{namespace}/{key}",
      "/api/events",
      "/api/admin/import",
    ]) {
      expect(body.paths[path], path).toBeDefined();
    }
    const page = await fetch(`${network.api.url}/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
  });
});

describe("writes", () => {
  test("need the admin token", async () => {
    for (const authorization of ["", "Bearer wrong", "Basic YTpi"]) {
      const answer = await post("/api/agents/ae_agent/activate", undefined, { authorization });
      expect(answer.status, authorization).toBe(401);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
      expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    }
    expect((await get("/api/admin/export")).status).toBe(401);
    expect((await get("/api/agents/ae_agent")).body.state).toBe("idle");
  });

  test("of agents are visible to the next read", async () => {
    const { body } = await post("/api/agents/ae_agent/activate");
    expect(body).toMatchObject({ success: true, agent: { name: "ae_agent", state: "active" } });
    expect((await get("/api/agents/ae_agent")).body.state).toBe("active");
    const update = await post("/api/agents/update", {
      agents: [{ name: "ae_agent", state: "syncing" }],
    });
    expect(update.body).toMatchObject({ success: true, agents: expect.any(Array) });
    expect((await get("/api/agents/ae_agent")).body.state).toBe("syncing");
  });

  test("of modules are visible to the next read", async () => {
    const { status } = await network.api.send("PATCH", "/api/modules/finance", {
      status: "inactive",
    });
    expect(status).toBe(200);
    expect((await get("/api/modules")).body.finance.status).toBe("inactive");
    expect(
      (await network.api.send("PATCH", "/api/modules/nothing", { status: "active" })).status,
    ).toBe(404);
  });

  test("control the loop", async () => {
    expect((await post("/api/infinity-loop/stop")).body).toMatchObject({
      success: true,
      infinity_loop: { active: false, next_at: null },
    });
    const iterate = await post("/api/infinity-loop/iterate");
    expect(iterate.body).toEqual({ success: true, iteration: 1, phase: 5 });
    expect((await get("/api/infinity-loop")).body).toMatchObject({
      iteration: 1,
      current_phase: 5,
    });
    expect((await get("/api/status")).body.meta.infinity_loop_iteration).toBe(1);
    expect((await post("/api/infinity-loop/start")).body.infinity_loop.active).toBe(true);
  });

  test("concurrent iterate requests each cause an iteration", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post("/api/infinity-loop/iterate")),
    );
    const iterations = answers.map(({ body }) => body.iteration as number);
    expect(iterations.toSorted((a, b) => a - b)).toEqual([...Array(20).keys()].map((n) => n + 2));
    expect((await get("/api/infinity-loop")).body.iteration).toBe(21);
  });

  test("cores are computed from the health reports", async () => {
    await post("/api/infinity-loop/iterate");
    const { body } = await get("/api/cores");
    expect(body.alpha).toMatchObject({ evidence: { gateways: 1, latency_goal_ms: 250 } });
    expect(body.alpha.evidence.requests).toBeGreaterThan(0);
    expect(body.omega).toMatchObject({ status: "online", evidence: { commits_failed: 0 } });
    expect(body.vega).toMatchObject({ status: "initializing", evidence: { providers: 0 } });
    // The first backup is made right after the start and counts once it is verified.
    const mirror = await until("the first backup is verified", async () => {
      await post("/api/infinity-loop/iterate");
      const cores = (await get("/api/cores")).body;
      return cores.mirror.power === 100 && cores.mirror;
    });
    expect(mirror).toMatchObject({
      status: "online",
      evidence: { verified_at: expect.any(String), interval_seconds: 86_400, failed: false },
    });
  });
});

describe("memory", () => {
  test("from the predecessor's route is merged into the default namespace", async () => {
    await post("/api/memory-update", { update: { topic: "ravens", count: 1 } });
    const { body } = await post("/api/memory-update", { update: { count: 2 } });
    expect(body).toEqual({ status: "updated", memory: { topic: "ravens", count: 2 } });
    expect((await get("/api/memory")).body).toEqual({ memory: { topic: "ravens", count: 2 } });
  });

  test("has namespaces, and keys with any letters", async () => {
    const path = `/api/memory/notes/${encodeURIComponent("Æ/first note")}`;
    const put = await network.api.send("PUT", path, { value: { a: [1, null] } });
    expect(put.status).toBe(200);
    expect(put.body).toMatchObject({
      key: "Æ/first note",
      value: { a: [1, null] },
      expires_at: null,
    });
    expect((await get(path)).body).toEqual(put.body);
    expect((await get("/api/memory/notes")).body.entries).toEqual([put.body]);
    expect((await get("/api/memory")).body.memory["Æ/first note"]).toBeUndefined();
    expect((await network.api.send("DELETE", path)).status).toBe(200);
    expect((await get(path)).status).toBe(404);
    expect((await network.api.send("DELETE", path)).status).toBe(404);
  });

  test("expires on time, and the loop removes it", async () => {
    await network.api.send("PUT", "/api/memory/brief/k", { value: 1, ttl_seconds: 0.3 });
    expect((await get("/api/memory/brief/k")).body.value).toBe(1);
    const end = Date.parse((await get("/api/memory/brief/k")).body.expires_at);
    const events = await network.api.events("?types=memory_changed");
    for (;;) {
      const { status } = await get("/api/memory/brief/k");
      if (status === 404) break;
      expect(Date.now()).toBeLessThan(end + 50);
    }
    expect(Date.now()).toBeGreaterThanOrEqual(end);
    expect((await get("/api/memory/brief")).body.entries).toEqual([]);
    await post("/api/infinity-loop/iterate");
    await events.next(({ data }) => data["namespace"] === "brief" && data["reason"] === "expired");
    events.close();
  });

  test("has limits", async () => {
    const tooLarge = { value: "x".repeat(65 * 1024) };
    expect((await network.api.send("PUT", "/api/memory/big/k", tooLarge)).status).toBe(413);
    const update = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`k${n}`, n]));
    const { status } = await post("/api/memory-update", { update });
    expect([400, 422]).toContain(status);
    const large = "x".repeat(60 * 1024);
    const statuses: number[] = [];
    for (let n = 0; n < 18; n += 1) {
      const put = await network.api.send("PUT", `/api/memory/full/k${n}`, { value: large });
      statuses.push(put.status);
    }
    expect(statuses.slice(0, 17)).toEqual(Array(17).fill(200));
    expect(statuses[17]).toBe(422);
  });

  test("validates values with a schema", async () => {
    const schema = { type: "object", required: ["n"] };
    expect((await network.api.send("PUT", "/api/memory/strict", { schema })).status).toBe(200);
    expect((await network.api.send("PUT", "/api/memory/strict/k", { value: {} })).status).toBe(400);
    expect(
      (await network.api.send("PUT", "/api/memory/strict/k", { value: { n: 1 } })).status,
    ).toBe(200);
    expect((await get("/api/memory/strict")).body.schema).toEqual(schema);
  });
});

test("a client can request a read that is at least as new as its write", async () => {
  const { headers } = await post("/api/agents/miracore/activate");
  const sequence = headers.get("vega-sequence") ?? "";
  const read = await get("/api/agents/miracore", { "vega-min-sequence": sequence });
  expect(read.body.state).toBe("active");
  expect(Number(read.headers.get("vega-sequence"))).toBeGreaterThanOrEqual(Number(sequence));
  expect((await get("/api/status", { "vega-min-sequence": "999999" })).status).toBe(503);
  expect((await get("/api/status", { "vega-min-sequence": "x" })).status).toBe(400);
});

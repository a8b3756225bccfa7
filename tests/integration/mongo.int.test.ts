import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import { agentRuns, analytics, conversations, messages } from "@vega/contracts";
import { request } from "@vega/messaging";
import type { Network } from "@vega/test-support";
import {
  readStreamUpTo,
  readWholeLog,
  startNetwork,
  publicSequences,
  until,
} from "@vega/test-support";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSecantus } from "../../tools/secantus/start.ts";

const warn = (text: string) => console.warn(text);
const server = await startSecantus({ log: warn }).catch((error: unknown) => {
  // Required in CI; a developer's machine may lack the prerequisites.
  if (process.env["CI"]) throw error;
  warn(`SKIPPED: the platform was not tested on MongoDB. ${String(error)}`);
});
afterAll(() => server?.close());

describe.skipIf(!server)("the platform on MongoDB, with two replicas of state", () => {
  let network: Network;
  let provider: FaultProvider;
  beforeAll(async () => {
    provider = await startFaultProvider();
    network = await startNetwork({
      replicas: { state: 2 },
      env: { MONGODB_URL: server?.urlOf("vega") ?? "" },
      providers: {
        providers: [{ id: "wall", kind: "openai-compatible", base_url: provider.baseUrl }],
      },
    });
  });
  afterAll(async () => {
    await network?.close();
    await provider?.close();
  });

  test("reports the store", async () => {
    // Under load a report may miss one response.
    await until("both replicas have reported", async () => {
      const { body } = await network.api.get("/api/health");
      return body.services.state.instances === 2;
    });
    await network.api.send("POST", "/api/infinity-loop/iterate");
    expect((await network.api.get("/api/infinity-loop")).body.iteration).toBe(1);
  });

  test("reports of analytics that are sent again to both replicas count once", async () => {
    const context = { actor: { id: "system:gateway" } };
    const day = new Date().toISOString().slice(0, 10);
    const views = [{ name: "/docs", count: 1 }];
    const sums = { untracked_views: 0, bot_views: 0, sessions: 0, session_ms: 0, bounced: 0 };
    const lists = { pages: views, api: [], referrers: [], downloads: [] };
    const counts = { page_views: 1, visitors: 1, is_minimum: false, ...sums, ...lists };
    const sources = Array.from({ length: 5 }, () => randomUUID());
    const sent = Array.from({ length: 4 }, () => sources).flat();
    const replies = await Promise.all(
      sent.map((source) => {
        const input = { source, report: 1, day, counts };
        return request(network.bus, analytics.requests.count, input, context);
      }),
    );
    expect(replies.filter(({ is_new }) => is_new)).toHaveLength(sources.length);
    const range = { from: day, to: day, by: "day" as const };
    const { report } = await request(network.bus, analytics.requests.read, range, context);
    expect(report).toMatchObject({
      rows: [{ period: day, page_views: sources.length, visitors: sources.length }],
      pages: [{ name: "/docs", count: sources.length }],
    });
  });

  test("turns started concurrently over both replicas each have a position", async () => {
    const context = { actor: { id: "system:ai" } };
    const at = { owner: null, conversation_id: randomUUID() };
    const texts = Array.from({ length: 40 }, (_, n) => `message ${n}`);
    const added = await Promise.allSettled(
      texts.map((content) => {
        return request(
          network.bus,
          messages.requests.start,
          {
            ...at,
            create: { title: "$ is kept" },
            messages: [{ role: "user", content }],
            lease_seconds: 60,
          },
          context,
        );
      }),
    );
    const acknowledged = texts.filter((_, n) => added[n]?.status === "fulfilled");
    const { conversation, messages: all } = await request(
      network.bus,
      messages.requests.list,
      at,
      context,
    );
    expect(conversation).toMatchObject({ title: "$ is kept", message_count: all.length });
    expect(all.map(({ position }) => position)).toEqual([...all.keys()]);
    const questions = all.filter(({ role }) => role === "user");
    const stored = questions.map(({ content }) => content);
    expect(stored).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(stored).size).toBe(stored.length);
    expect(acknowledged.length).toBeGreaterThan(0);
    const own = { owner: null, cursor: null };
    const listed = await request(network.bus, conversations.requests.list, own, context);
    expect(listed.conversations).toEqual([conversation]);
  });

  test("concurrent writes over both replicas are in the store and in the log once", async () => {
    const sse = await network.api.events();
    const keys = Array.from({ length: 200 }, (_, n) => `k${n}`);
    const answers = await Promise.all(
      keys.map((key) => network.api.send("PUT", `/api/memory/many/${key}`, { value: key })),
    );
    const acknowledged = keys.filter((_, index) => answers[index]?.status === 200);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    const { body } = await network.api.get("/api/memory/many");
    const stored = body.entries.map((entry: { value: string }) => entry.value);
    expect(stored).toEqual(expect.arrayContaining(acknowledged));
    const logged = (await readWholeLog(network.bus))
      .filter(({ type }) => type === "vega.memory.changed.v1")
      .map(({ data }) => (data as { key: string }).key);
    expect(new Set(logged).size).toBe(logged.length);
    expect(logged).toEqual(expect.arrayContaining(acknowledged));
    await until("subscribers have all events", () => sse.events.length > logged.length);
    const ids = sse.events.slice(1).map(({ id }) => Number(id));
    expect(ids).toEqual(publicSequences(await readWholeLog(network.bus), [ids[0], ids.at(-1)]));
    sse.close();
  });

  test("agents run, usage lists each by name, and a lost run fails", async () => {
    const { api } = network;
    const admin = { authorization: "Bearer a-token-for-tests-only" };
    // MongoDB would read a name with a dot as a path.
    for (const [name, body] of [
      ["ae_agent", { model: "wall/writer" }],
      ["v1.scout", { model: "wall/writer", prompt: "look around" }],
    ] as const) {
      provider.behave("writer", { kind: "answer", text: "The system is well." });
      const path = `/api/agents/${name}`;
      expect((await api.send("PUT", path, body)).status).toBe(200);
      const begun = await api.send("POST", `${path}/run`);
      expect([begun.status, begun.body]).toEqual([202, expect.anything()]);
      const run = await until(`${name} has run`, async () => {
        const { runs } = (await api.get(`${path}/runs`, admin)).body;
        return runs[0]?.status !== "running" && runs[0];
      });
      expect(run).toMatchObject({ status: "complete", written_by: "model" });
      const { rows } = (await api.get("/api/usage?by=agent", admin)).body;
      const row = rows.find(({ key }: { key: string }) => key === name);
      expect(row).toMatchObject({ answers: 1, incomplete: 0, estimated: 0, ...run.usage });
    }
    const input = { agent: "v1.scout", iteration: 1_000_000, lease_seconds: 0.2 };
    const begun = await request(network.bus, agentRuns.requests.begin, input, {
      actor: { id: "system:ai" },
    });
    expect(begun.outcome.kind).toBe("begun");
    await until("the sweep has run", async () => {
      await api.send("POST", "/api/infinity-loop/iterate");
      const { runs } = (await api.get("/api/agents/v1.scout/runs", admin)).body;
      return runs[0].status === "failed" && runs[0].error.code === "lost";
    });
  });

  test("the stream has the log in its order, whichever replica relayed", async () => {
    const log = await readWholeLog(network.bus);
    const stream = await readStreamUpTo(network.bus, log.length);
    expect(stream).toEqual(log.map(({ sequence }) => sequence));
  });

  test("an account is created, is in the log, and is erased without residual data", async () => {
    const { api } = network;
    const account = { username: "ada", password: "a-passphrase-for-tests" };
    const made = await api.send("POST", "/api/admin/users", account);
    expect(made.status).toBe(201);
    expect((await api.send("POST", "/api/admin/users", account)).status).toBe(409);
    const { body: grant } = await api.send("POST", "/api/auth/login", account);
    const hers = { authorization: `Bearer ${grant.access_token}` };
    await api.send("PUT", "/api/memory/diary/k", { value: "a private remark" }, hers);
    const next = await api.send("POST", "/api/auth/refresh", {
      refresh_token: grant.refresh_token,
    });
    expect(next.status).toBe(200);
    const audit = async (filter: string) =>
      (await api.get(`/api/audit?${filter}`, { authorization: "Bearer a-token-for-tests-only" }))
        .body.entries;
    const { id } = made.body.user;
    expect(await audit(`actor=${id}&action=vega.memory.*`)).toHaveLength(1);
    expect(await audit(`subject=sessions/${id}/*`)).toHaveLength(2);
    const erased = await api.send("DELETE", "/api/me", { password: account.password }, hers);
    expect(erased.status).toBe(200);
    expect(await audit(`actor=${id}&action=vega.memory.*`)).toEqual([]);
    const everything = JSON.stringify(await readWholeLog(network.bus));
    expect(everything).not.toContain("a private remark");
    expect((await audit("limit=100")).some(({ erased: gone }: { erased: boolean }) => gone)).toBe(
      true,
    );
  });

  test("while the database is down writes and readiness fail; after it returns both succeed", async () => {
    const { api } = network;
    await server?.kill();
    const refused = await api.send("POST", "/api/memory-update", { update: { between: 1 } });
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).not.toBeNull();
    const admin = { authorization: "Bearer a-token-for-tests-only" };
    for (const path of [
      "/api/status?sequence=1",
      "/api/history",
      "/api/history/1",
      "/api/memory",
    ]) {
      const { status, body } = await api.get(path, admin);
      expect([path, status, body.code]).toEqual([path, 503, "unavailable"]);
    }
    await until(
      "the gateway is not ready",
      async () => (await fetch(`${api.url}/readyz`)).status === 503,
    );
    expect((await api.get("/api/status")).status).toBe(200);
    await server?.restart();
    await network.ready();
    const after = await until("writes succeed again", async () => {
      const answer = await api.send("POST", "/api/memory-update", { update: { after: 1 } });
      return answer.status === 200 && answer;
    });
    expect(after.body.memory).toMatchObject({ after: 1 });
    await readWholeLog(network.bus);
  });

  test("after a restart of all services all data is unchanged", async () => {
    // Each replica reconnects to the database at its own time.
    const read = () =>
      until("all data can be read", async () => {
        const paths = ["/api/status", "/api/memory", "/api/memory/many"];
        const answers = await Promise.all(paths.map((path) => network.api.get(path)));
        return answers.every(({ status }) => status === 200) && answers.map(({ body }) => body);
      });
    const before = await read();
    await network.restartAll();
    expect(await read()).toEqual(before);
  });
});

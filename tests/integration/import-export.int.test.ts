import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";

const FILE = JSON.parse(
  readFileSync(
    new URL(
      "../../services/state/src/entities/crystal/time-crystal/fixtures/time_crystal.v2.json",
      import.meta.url,
    ),
    "utf8",
  ),
);
const HASH = `$2b$12$${"abcdefghij".repeat(5)}abc`;

let network: Network;
beforeAll(async () => {
  network = await startNetwork();
});
afterAll(() => network?.close());

const importFile = (file: unknown, query = "") =>
  network.api.send("POST", `/api/admin/import${query}`, file);
const exported = async () => (await network.api.send("POST", "/api/admin/export")).body;

async function download() {
  const answer = await network.api.get("/api/admin/export", {
    authorization: "Bearer a-token-for-tests-only",
  });
  expect(answer.status).toBe(200);
  return answer.body;
}

test("a dry run reports the changes and makes none", async () => {
  const before = await network.api.get("/api/status");
  const { status, body } = await importFile(FILE, "?dry_run=true");
  expect(status).toBe(200);
  expect(body).toMatchObject({ dry_run: true, counts: { agents: 3, modules: 16 } });
  expect(body.refused["/admin/password_hash"]).toMatch(/bcrypt/);
  expect(body.kept).toEqual(expect.arrayContaining(["/subdomains", "/apis", "/deployment"]));
  expect((await network.api.get("/api/status")).body).toEqual(before.body);
});

test("another format is refused completely, with the reason", async () => {
  const before = await network.api.get("/api/status");
  for (const file of [
    { ...FILE, meta: { ...FILE.meta, vtc_version: "3.0.0" } },
    { ...FILE, agents: { ae_agent: "active" } },
    { hello: "world" },
    [],
  ]) {
    const { status, body } = await importFile(file);
    expect(status).toBe(400);
    expect(body.errors.length).toBeGreaterThan(0);
  }
  expect((await network.api.get("/api/status")).body).toEqual(before.body);
});

test("an export equals the import, except for the last update and refused parts", async () => {
  const events = await network.api.events();
  const { body } = await importFile(FILE);
  expect(body).toMatchObject({ success: true, dry_run: false, iteration: 10_022 });
  const file = await download();
  const expected = structuredClone(FILE);
  delete expected.admin.password_hash;
  expected.meta.last_update = file.meta.last_update;
  expect(file).toEqual(expected);
  await events.next(({ data }) => data.type === "crystal_imported");
  events.close();
});

test("the counters of an import are shown, also where nothing is counted", async () => {
  const file = { ...FILE, analytics: { ...FILE.analytics, pageViews: 1_234, visitors: 56 } };
  await importFile(file);
  expect((await network.api.get("/api/analytics")).body).toMatchObject({
    pageViews: 1_234,
    visitors: 56,
    avgTime: "0:00",
    bounceRate: "0%",
    enabled: false,
    rows: [],
  });
  expect((await download()).analytics).toEqual(file.analytics);
  await importFile(FILE);
});

test("the state has everything of the import but the account", async () => {
  const { body } = await network.api.get("/api/status");
  expect(body.subdomains).toEqual(FILE.subdomains);
  expect(body.meta.open_source).toBe(true);
  expect(body.admin).toBeUndefined();
});

test("a valid password hash is kept for the export and not shown elsewhere", async () => {
  const events = await network.api.events();
  await importFile({ ...FILE, admin: { username: "AEVegaAdmin", password_hash: HASH } });
  expect((await download()).admin).toEqual({ username: "AEVegaAdmin", password_hash: HASH });
  const imported = await events.next(({ data }) => data.type === "crystal_imported");
  expect(JSON.stringify(imported)).not.toContain(HASH);
  events.close();
  for (const path of ["/api/status", "/api/memory", "/api/health", "/api/cores"]) {
    expect(JSON.stringify((await network.api.get(path)).body), path).not.toContain("$2b$");
  }
  const everything: string[] = [];
  const subscription = network.bus.nats.subscribe("vega.events.>");
  subscription.unsubscribe();
  const consumer = await network.bus.nats.jetstream().consumers.get("VEGA_EVENTS", {});
  const messages = await consumer.fetch({ max_messages: 1_000, expires: 1_000 });
  for await (const message of messages) everything.push(message.string());
  expect(everything.length).toBeGreaterThan(2);
  expect(everything.join()).not.toContain(HASH);
});

test("the export is a GET download", async () => {
  expect((await exported()).status).toBe(405);
});

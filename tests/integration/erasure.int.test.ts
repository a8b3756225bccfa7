import { messages, OWNED_COLLECTIONS, startOfIds } from "@vega/contracts";
import { request } from "@vega/messaging";
import type { Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { firstBreak, GENESIS_HASH } from "../../services/state/src/log/chain.ts";
import { openSqliteStore } from "../../services/state/src/store/sqlite/sqlite-store.ts";

let network: Network;
beforeEach(async () => {
  network = await startNetwork({ env: { VEGA_REGISTRATION: "open" } });
});
afterEach(() => network?.close());

const PASSWORD = "a-passphrase-nobody-has";
const NAME = "a-name-that-is-to-be-forgotten";
const REMARK = "a-very-private-remark-of-hers";
const KEY = "a-key-that-tells-much";
const AGENT = "an-agent-string-of-her-own";
const TRACES = [NAME, REMARK, KEY, AGENT, "forgotten@example.org"];

async function logIn() {
  const body = { username: NAME, password: PASSWORD };
  const answer = await network.api.send("POST", "/api/auth/login", body, { "user-agent": AGENT });
  return { authorization: `Bearer ${answer.body.access_token}`, "user-agent": AGENT };
}

/** Names of the files under the data folder, packed ones unpacked, that hold one of the traces. */
async function filesWithTraces(): Promise<string[]> {
  const names = await readdir(network.folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of names.filter((name) => name.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1");
    if (TRACES.some((trace) => text.includes(trace))) found.push(entry.name);
  }
  return found;
}

async function messagesWithTraces(): Promise<number> {
  const manager = await network.bus.nats.jetstreamManager();
  const { state } = await manager.streams.info("VEGA_EVENTS");
  let found = 0;
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage("VEGA_EVENTS", { seq }).catch(() => undefined);
    if (message && TRACES.some((trace) => message.string().includes(trace))) found += 1;
  }
  return found;
}

test("an account that is deleted leaves nothing in the database, on the bus or in a snapshot", async () => {
  const { api } = network;
  const account = { username: NAME, password: PASSWORD, email: "forgotten@example.org" };
  const made = await api.send("POST", "/api/auth/register", account, { "user-agent": AGENT });
  expect(made.status).toBe(201);
  await api.send("PATCH", `/api/admin/users/${made.body.user.id}`, { role: "operator" });
  const hers = await logIn();
  const put = (path: string, body: unknown) => api.send("PUT", path, body, hers);
  expect((await put(`/api/memory/diary/${KEY}`, { value: REMARK })).status).toBe(200);
  expect((await put("/api/memory/board/note?shared=true", { value: "for all" })).status).toBe(200);
  const talk = await api.send("POST", "/api/conversations", { title: REMARK }, hers);
  await request(
    network.bus,
    messages.requests.start,
    {
      owner: made.body.user.id,
      conversation_id: talk.body.id,
      lease_seconds: 30,
      messages: [{ role: "user", content: REMARK }],
    },
    { actor: { id: made.body.user.id, user_agent: AGENT } },
  );
  expect((await put("/api/me/preferences", { remark: REMARK })).status).toBe(200);
  expect((await api.send("POST", "/api/agents/miracore/activate", undefined, hers)).status).toBe(
    200,
  );
  await network.restartAll();
  expect(await filesWithTraces()).toContain("vega.db");
  await until("what she wrote is on the bus", async () => (await messagesWithTraces()) > 0);

  const erased = await api.send("DELETE", "/api/me", { password: PASSWORD }, hers);
  expect(erased.status).toBe(200);
  await until("it is gone from the bus", async () => (await messagesWithTraces()) === 0);
  await until("it is gone from every file", async () => (await filesWithTraces()).length === 0);

  // What belongs to all stays, and so does the proof that nothing else was touched.
  expect((await api.get("/api/memory/board/note")).body.value).toBe("for all");
  expect((await api.get("/api/agents/miracore")).body.state).toBe("active");
  await network.stop("state");
  const store = await openSqliteStore(join(network.folder, "vega.db"), "read");
  const entries = await store.readLog({ after: 0, limit: 1_000 });
  // By the declarations: a collection of a later entity is looked at as well.
  const left: string[] = [];
  for (const { collection, ownership } of OWNED_COLLECTIONS) {
    const prefix = startOfIds(ownership, made.body.user.id);
    left.push(
      ...(await store.query(collection, { prefix })).map(({ id }) => `${collection}/${id}`),
    );
  }
  expect(left).toEqual([]);
  await store.close();
  expect(firstBreak(entries, { sequence: 0, hash: GENESIS_HASH })).toBeUndefined();
  const shared = entries.find(({ subject }) => subject === "memory/board/note");
  expect(shared?.data).toMatchObject({ value: "for all" });
  expect(shared?.origin).toBeUndefined();
  expect(entries.filter((entry) => entry.erased).length).toBeGreaterThan(3);
  await network.start("state");
});

import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import type { Operation } from "rfc6902";
import { applyPatch } from "rfc6902";
import { afterAll, beforeAll, expect, test } from "vitest";

let network: Network;
/** The responses at each sequence while it was the present. */
const was = new Map<number, Record<string, unknown>>();
const PATHS = ["/api/status", "/api/cores", "/api/agents", "/api/modules", "/api/memory"];

async function remember(): Promise<number> {
  const answers = await Promise.all(PATHS.map((path) => network.api.get(path)));
  const sequence = Number(answers[0]?.headers.get("vega-sequence"));
  was.set(sequence, Object.fromEntries(PATHS.map((path, n) => [path, answers[n]?.body])));
  return sequence;
}

beforeAll(async () => {
  network = await startNetwork();
  const { api } = network;
  await api.send("POST", "/api/infinity-loop/stop");
  await remember();
  await api.send("POST", "/api/agents/miracore/activate");
  await remember();
  await api.send("POST", "/api/memory-update", { update: { topic: "ravens", mood: "calm" } });
  await remember();
  await api.send("PATCH", "/api/modules/relax", { status: "inactive" });
  await api.send("POST", "/api/agents/update", { agents: [{ name: "scout", state: "idle" }] });
  await remember();
  await api.send("DELETE", "/api/memory/default/mood");
  await api.send("POST", "/api/infinity-loop/iterate");
  await remember();
});
afterAll(() => network?.close());

const admin = { authorization: "Bearer a-token-for-tests-only" };

test("each response can be read later by its sequence, byte for byte", async () => {
  for (const [sequence, bodies] of was) {
    for (const path of PATHS) {
      const answer = await network.api.get(`${path}?sequence=${sequence}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("vega-sequence")).toBe(String(sequence));
      expect([path, sequence, answer.body]).toEqual([path, sequence, bodies[path]]);
    }
  }
});

test("a time selects the last entry up to it", async () => {
  const [sequence = 0] = [...was.keys()].slice(1);
  const { headers } = await network.api.get(`/api/agents?sequence=${sequence}`);
  const time = headers.get("vega-time") ?? "";
  const answer = await network.api.get(`/api/agents?at=${encodeURIComponent(time)}`);
  expect(answer.body).toEqual(was.get(sequence)?.["/api/agents"]);
});

test.each([
  ["?sequence=999999", 404],
  ["?at=2020-01-01T00:00:00Z", 404],
  ["?at=2999-01-01T00:00:00Z", 404],
  ["?sequence=0", 400],
  ["?sequence=x", 400],
  ["?sequence=0x1", 400],
  ["?sequence=1e0", 400],
  ["?at=yesterday", 400],
  ["?sequence=1&at=2026-01-01T00:00:00Z", 400],
])("an invalid time or sequence is refused: %s", async (query, status) => {
  for (const path of PATHS) {
    const answer = await network.api.get(path + query);
    expect([path, answer.status]).toEqual([path, status]);
    expect(answer.body.detail).toBeTruthy();
  }
});

test("the difference of two states is a valid JSON Patch and a list of sentences", async () => {
  const [from = 0, , , to = 0] = was.keys();
  const { body } = await network.api.get(`/api/history/diff?from=${from}&to=${to}`);
  const patched = structuredClone(was.get(from)?.["/api/status"]);
  applyPatch(patched, body.patch as Operation[]);
  expect(patched).toEqual(was.get(to)?.["/api/status"]);
  expect(body.summary).toEqual(
    expect.arrayContaining([
      'agents/miracore: state "idle" → "active"',
      'modules/relax: status "active" → "inactive"',
      "agents/scout: new",
    ]),
  );
});

test("pages are full until the history ends, whatever lies between, and cursors name listed entries", async () => {
  const { api } = network;
  await api.send("POST", "/api/admin/users", {
    username: "quiet",
    password: "a-passphrase-for-tests",
    role: "user",
  });
  const login = { username: "quiet", password: "a-passphrase-for-tests" };
  const { access_token } = (await api.send("POST", "/api/auth/login", login)).body;
  const own = { authorization: `Bearer ${access_token}` };
  for (let n = 0; n < 12; n += 1) {
    await api.send("PUT", `/api/memory/private/${n}`, { value: n }, own);
    if (n % 5 === 0) await api.send("PUT", `/api/memory/notes/${n}?shared=true`, { value: n });
  }
  const history = async (query: string) => (await api.get(`/api/history?${query}`, admin)).body;
  const all = (await history("limit=500")).entries as { sequence: number }[];
  const sequences = all.map(({ sequence }) => sequence);
  for (const limit of [1, 3, sequences.length]) {
    const seen: number[] = [];
    for (let cursor = ""; ;) {
      const page = await history(`limit=${limit}${cursor}`);
      seen.push(...page.entries.map(({ sequence }: { sequence: number }) => sequence));
      if (page.next_cursor === null) break;
      expect(page.entries).toHaveLength(limit);
      expect(page.next_cursor).toBe(seen.at(-1));
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(seen).toEqual(sequences);
  }
  const memory = await history("type=vega.memory.changed.v1&subject=memory/*&limit=3");
  expect(memory.entries.map(({ subject }: { subject: string }) => subject)).toEqual([
    "memory/notes/10",
    "memory/notes/5",
    "memory/notes/0",
  ]);
  const none = { entries: [], next_cursor: null };
  expect(await history("type=vega.user.*")).toMatchObject(none);
  expect(await history("type=vega.nothing.v1")).toMatchObject(none);
});

test("the history lists changes, and one entry with the state before and after", async () => {
  const { body } = await network.api.get("/api/history?type=vega.agent.*", admin);
  expect(body.entries.map(({ summary }: { summary: string }) => summary)).toEqual([
    "agent scout: new → idle",
    "agent miracore: running → active",
    "agent miracore: idle → running",
  ]);
  const { sequence } = body.entries[1];
  const one = await network.api.get(`/api/history/${sequence}`, admin);
  expect(one.body).toMatchObject({
    sequence,
    actor: "admin-token",
    documents: [
      {
        document: "agents/miracore",
        before: { state: "running" },
        after: { state: "active" },
      },
    ],
  });
  const everything = (await network.api.get("/api/history?limit=500", admin)).body;
  const types = everything.entries.map(({ type }: { type: string }) => type);
  expect(types).not.toContain("vega.user.registered.v1");
  expect(types.at(-1)).toBe("vega.crystal.created.v1");
  const registered = (await network.api.get("/api/audit?action=vega.user.*", admin)).body
    .entries[0];
  expect((await network.api.get(`/api/history/${registered.sequence}`, admin)).status).toBe(404);
  expect((await network.api.get("/api/history")).status).toBe(401);
});

test("a time has the same meaning with any number of fraction digits", async () => {
  const { entries } = (await network.api.get("/api/history?limit=500", admin)).body;
  const second = entries.at(-1).time.slice(0, 19);
  const next = new Date(Date.parse(`${second}Z`) + 1_000).toISOString().slice(0, 19);
  const wanted = entries.filter(({ time }: { time: string }) => time.startsWith(second));
  for (const [from, to] of [
    [`${second}Z`, `${next}Z`],
    [`${second}.000Z`, `${next}.0Z`],
    [`${second}%2B00:00`, `${next}.000000Z`],
  ]) {
    const query = `limit=500&from=${from}&to=${to}`;
    expect((await network.api.get(`/api/history?${query}`, admin)).body.entries).toEqual(wanted);
    const audited = (await network.api.get(`/api/audit?${query}`, admin)).body.entries;
    expect(audited.length).toBeGreaterThanOrEqual(wanted.length);
  }
  expect(wanted.length).toBeGreaterThan(0);
});

test("a restore appends an entry, its dry run lists the changes, and iterations continue", async () => {
  const { api } = network;
  const [first = 0] = was.keys();
  const before = (await api.get("/api/status")).body;
  const dry = await api.send("POST", "/api/admin/restore", { sequence: first, dry_run: true });
  expect(dry.body.summary).toContain('agents/miracore: state "active" → "idle"');
  expect((await api.get("/api/status")).body).toEqual(before);

  const part = { sequence: first, parts: ["agents"] };
  const done = await api.send("POST", "/api/admin/restore", part);
  expect(done.status).toBe(200);
  // The entry has the whole state; the history shows the changes.
  const entry = await api.get(`/api/history/${done.headers.get("vega-sequence")}`, admin);
  expect(entry.body.summary).toBe(`put back to what it was at ${first}: agents`);
  const changed = entry.body.documents.map(({ document }: { document: string }) => document);
  expect(changed.toSorted()).toEqual(["agents/miracore", "agents/scout"]);
  const then = was.get(first)?.["/api/status"] as typeof before;
  const after = (await api.get("/api/status")).body;
  expect(after.agents).toEqual(then.agents);
  expect(after.modules).toEqual(before.modules);
  const whole = await api.send("POST", "/api/admin/restore", { sequence: first });
  expect(whole.status).toBe(200);
  const last = (await api.get("/api/status")).body;
  expect(last.modules).toEqual(then.modules);
  expect(last.meta.infinity_loop_iteration).toBe(before.meta.infinity_loop_iteration);
  // Earlier states, also from before the restore, can still be read.
  expect((await api.get(`/api/status?sequence=${[...was.keys()].at(-1)}`)).body).toEqual(before);
  expect((await api.send("POST", "/api/admin/restore", {})).status).toBe(400);
});

test("a restore brings a deleted agent back without its definition, and the response says so", async () => {
  const { api } = network;
  const made = await api.send("PUT", "/api/agents/poet", {
    model: "local/echo-analyst",
    prompt: "rhyme",
  });
  const sequence = Number(made.headers.get("vega-sequence"));
  expect((await api.send("DELETE", "/api/agents/poet")).status).toBe(200);
  const { body } = await api.send("POST", "/api/admin/restore", { sequence, parts: ["agents"] });
  expect(body.summary).toEqual(
    expect.arrayContaining(["agents/poet: new", "agents/poet: without a definition"]),
  );
});

test("an entry about the shared memory has the value before and after it, also for deletions", async () => {
  const path = "/api/memory/lab/k1";
  await network.api.send("PUT", path, { value: "one" });
  const put = await network.api.send("PUT", path, { value: "two" });
  const gone = await network.api.send("DELETE", path);
  const values = async ({ headers }: { headers: Headers }) =>
    (await network.api.get(`/api/history/${headers.get("vega-sequence")}`, admin)).body.documents;
  expect(await values(put)).toMatchObject([
    { document: "memory/lab/k1", before: { value: "one" }, after: { value: "two" } },
  ]);
  expect(await values(gone)).toMatchObject([
    { document: "memory/lab/k1", before: { value: "two" }, after: null },
  ]);
});

import { systemContext } from "@vega/contracts";
import type { Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWriter } from "../../services/state/src/log/writer.ts";
import { planCompaction, decideCompaction } from "../../services/state/src/retention/compaction.ts";
import { openSqliteStore } from "../../services/state/src/store/sqlite/sqlite-store.ts";

/*
 * Responses about a compacted log. No entry here is a week old, so the test runs the command of retention itself, as
 * another replica would.
 */

interface Gap {
  readonly from: number;
  readonly to: number;
}

const admin = { authorization: "Bearer a-token-for-tests-only" };

let network: Network;
/** The two compacted ranges, oldest first. */
let gaps: Gap[];
/** GET /api/status by sequence, read while it was the present. */
const was = new Map<number, unknown>();

const get = (path: string) => network.api.get(path, admin);

async function remember(): Promise<void> {
  const { headers, body } = await get("/api/status");
  was.set(Number(headers.get("vega-sequence")), body);
}

async function iterate(times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await network.api.send("POST", "/api/infinity-loop/iterate");
    await remember();
  }
}

async function thinOut(): Promise<Gap[]> {
  const store = await openSqliteStore(join(network.folder, "vega.db"));
  const writer = createWriter({
    store,
    now: () => new Date().toISOString(),
    timeScale: 1,
    relayed: () => 0,
    onCommit: () => undefined,
    onCommitFailed: () => undefined,
  });
  await writer.open();
  const entries = await store.readLog({ after: 0, limit: 500 });
  const plan = planCompaction(entries, 0, "hour", []);
  if (!plan) throw new Error("there is nothing to take out");
  await writer.submit(decideCompaction(plan), systemContext("state"));
  await store.close();
  return plan.range.gaps;
}

beforeAll(async () => {
  // A small ring, so that earlier events are read from the log.
  network = await startNetwork({ env: { VEGA_SSE_RING: "4" } });
  await iterate(3);
  await network.api.send("PUT", "/api/memory/default/topic", { value: "ravens" });
  await iterate(4);
  gaps = await thinOut();
  await iterate(6);
});
afterAll(() => network?.close());

test("a time has its state, or 410 with the nearest available ones", async () => {
  const gone = new Set<number>();
  for (const [sequence, body] of was) {
    const answer = await get(`/api/status?sequence=${sequence}`);
    if (answer.status === 200) expect([sequence, answer.body]).toEqual([sequence, body]);
    else {
      expect([sequence, answer.status, answer.body.code]).toEqual([sequence, 410, "gone"]);
      gone.add(sequence);
      const [, before, after] =
        /sequence (\d+) \(\S+Z\) before and sequence (\d+) \(\S+Z\) after/.exec(
          String(answer.body.detail),
        ) ?? [];
      for (const nearest of [before, after]) {
        expect((await get(`/api/status?sequence=${nearest}`)).status).toBe(200);
      }
    }
  }
  const missing = [...was.keys()].filter((sequence) =>
    gaps.some(({ from, to }) => from <= sequence && sequence <= to),
  );
  expect([...gone]).toEqual(expect.arrayContaining(missing));
  expect(missing.length).toBeGreaterThan(0);
  const [sequence = 0] = missing;
  const head = [...was.keys()].at(-1) ?? 0;
  expect((await get(`/api/history/${sequence}`)).status).toBe(410);
  expect((await get(`/api/history/diff?from=${sequence}&to=${head}`)).status).toBe(410);
  const restore = { sequence, dry_run: true };
  expect((await network.api.send("POST", "/api/admin/restore", restore)).status).toBe(410);
  for (const what of ["cores", "agents", "modules", "memory"]) {
    expect([what, (await get(`/api/${what}?sequence=${sequence}`)).status]).toEqual([what, 410]);
  }
});

test("the history reports its compacted ranges, page by page and as a whole", async () => {
  const counted = gaps.map(({ from, to }) => ({ from, to, removed: to - from + 1 })).toReversed();
  const whole = (await get("/api/history?limit=500")).body;
  expect(whole.thinned).toEqual(counted);
  expect((await get("/api/audit?limit=500")).body.thinned).toEqual(counted);
  const listed = [];
  for (let cursor: number | null = 999_999; cursor !== null;) {
    const page: { thinned: unknown[]; next_cursor: number | null } = (
      await get(`/api/history?limit=1&cursor=${cursor}`)
    ).body;
    expect(page.thinned.length).toBeLessThanOrEqual(2);
    listed.push(...page.thinned);
    cursor = page.next_cursor;
  }
  expect(listed).toEqual(counted);
  // A range after the only entry that matches a filter is reported too.
  const [newest, oldest] = [counted[0], counted.at(-1)];
  const removed = counted.reduce((sum, one) => sum + one.removed, 0);
  expect((await get("/api/history?type=vega.crystal.created.v1")).body.thinned).toEqual([
    { from: oldest?.from, to: newest?.to, removed },
  ]);
});

test("a time in a compacted range has no entry, and the response says so", async () => {
  const { entries } = (await get("/api/audit?limit=500")).body;
  const [gap] = gaps;
  const timeOf = (sequence = 0) =>
    entries.find((entry: { sequence: number }) => entry.sequence === sequence)?.time as string;
  const afterGap = Date.parse(timeOf((gap?.to ?? 0) + 1));
  const [from, to] = [1, 0].map((ms) => new Date(afterGap - ms).toISOString());
  const { body } = await get(`/api/history?from=${from}&to=${to}`);
  expect(body.entries).toEqual([]);
  expect(body.thinned).toMatchObject([{ to: gap?.to }]);
  const later = (await get(`/api/history?from=${new Date().toISOString()}`)).body;
  expect(later.thinned).toEqual([]);
});

test("a client with an id before or in a compacted range gets a resync, one beyond it continues", async () => {
  const [first, last] = [gaps[0], gaps.at(-1)];
  const firstEventAfter = async (id: number) => {
    const client = await network.api.events("", id);
    const [, second] = await until("an event has arrived", () =>
      client.events.length > 1 ? client.events : undefined,
    );
    client.close();
    return second?.data;
  };
  for (const id of [(first?.from ?? 0) - 1, first?.from ?? 0, (last?.from ?? 0) - 1]) {
    expect(await firstEventAfter(id)).toMatchObject({ type: "resync", reason: "thinned" });
  }
  expect((await firstEventAfter(last?.to ?? 0))?.type).not.toBe("resync");
});

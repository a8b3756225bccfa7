import type { Crystal, Tick } from "@vega/contracts";
import { AGENT_STATES, systemContext } from "@vega/contracts";
import { createLogger } from "@vega/service-kit";
import fc from "fast-check";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeBackup, restoreBackup } from "../backup/backup.ts";
import { withoutBlobs } from "../backup/testing.ts";
import { decideUpdateAgents } from "../entities/agents/update.ts";
import { decideRemoveAgent } from "../entities/agents/remove.ts";
import { decideAcceptTick } from "../entities/loop/commands.ts";
import { firstBreak } from "../log/chain.ts";
import { planCompaction, decideCompaction } from "./compaction.ts";
import { decidePutMemory } from "../entities/memory/commands.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { LogEntry, Store } from "../store/store.ts";
import { crystalAt, entryAt } from "../history/as-of.ts";
import { coreHistory } from "../history/core-history.ts";
import { checkIntegrity } from "../verification/integrity.ts";
import { replayLog } from "../verification/replay.ts";
import type { RetentionConfig } from "./retention.ts";
import { startRetention } from "./retention.ts";
import { compactedGaps } from "./compacted-ranges.ts";
import { verifyLog } from "../verification/verify-log.ts";
import { loadWorkingSet } from "../log/working-set.ts";
import type { Writer } from "../log/writer.ts";
import { createWriter } from "../log/writer.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SYSTEM = systemContext("loop");
const PERSON = { actor: { id: "a-person", address: "192.0.2.7" } };
const LIMITS = { valueBytes: 1_000, keys: 100, namespaceBytes: 100_000, schemaBytes: 1_000 };
const log = createLogger("test", "silent");

let folder: string;
let store: Store;
let writer: Writer;
let now: number;
let opened = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-retention-"));
  await open();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const path = () => join(folder, `${opened}.db`);

async function open(): Promise<void> {
  opened += 1;
  now = Date.parse("2026-01-31T12:00:00.000Z");
  store = await openSqliteStore(path());
  writer = createWriter({
    store,
    now: () => new Date(now).toISOString(),
    timeScale: 1,
    relayed: () => 0,
    onCommit: () => undefined,
    onCommitFailed: () => undefined,
  });
  await writer.open();
}

const present = async (): Promise<Crystal> => (await loadWorkingSet(store)).crystal();

async function iterate(): Promise<void> {
  const { loop } = await present();
  const at = new Date(now).toISOString();
  const tick: Tick = {
    iteration: loop.iteration + 1,
    phase: ({ 3: 5, 5: 8, 8: 3 } as const)[loop.phase],
    trigger: "timer",
    planned_at: at,
    actual_at: at,
    next_at: at,
    observations: [],
    agents_due: [],
  };
  const { result } = await writer.submit(decideAcceptTick(tick), SYSTEM);
  expect(result.accepted).toBe(true);
}

async function thinOut(config: Partial<RetentionConfig> = {}, relayed = Infinity): Promise<void> {
  const all = { days: 7, hourlyDays: 30, auditDays: 0, ...config };
  const options = { store, writer, config: all, log, now: () => now };
  await startRetention({ ...options, relayed: () => relayed, hold: () => false }).due();
}

async function wholeLog(): Promise<LogEntry[]> {
  return store.readLog({ after: 0, limit: 100_000 });
}

async function expectSound(): Promise<void> {
  const found = await verifyLog(store);
  expect(found).toMatchObject({ sound: true, entries: (await wholeLog()).length });
  expect(await replayLog(store)).toMatchObject({ same: true });
  await checkIntegrity(store);
}

/** What anybody with the file can do. */
function tamper(sql: string): void {
  const database = new DatabaseSync(path());
  database.exec(sql);
  database.close();
}

const minutes = fc.constantFrom(1, 7, 25, 200, 1_500);
const step = fc.record({
  kind: fc.constantFrom("tick", "tick", "tick", "agent", "run", "remove", "keep", "note"),
  name: fc.constantFrom("miracore", "ae_agent", "scout"),
  state: fc.constantFrom(...AGENT_STATES),
  minutes,
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function take({ kind, name, state, minutes: passed }: Step): Promise<void> {
  now += passed * MINUTE_MS;
  if (kind === "tick") await iterate();
  else if (kind === "keep" || kind === "note") {
    const command = decidePutMemory("notes", [{ key: name, value: now }], LIMITS);
    await writer.submit(command, kind === "keep" ? PERSON : SYSTEM);
  } else {
    // An illegal step of an agent is refused and changes nothing.
    const command =
      kind === "remove" ? decideRemoveAgent(name) : decideUpdateAgents([{ name, state }]);
    await writer.submit(command, kind === "run" ? SYSTEM : PERSON).catch(() => undefined);
  }
}

/** Every moment is what it was, or is said to be gone; the newest days are all there. */
async function expectTheSamePast(was: ReadonlyMap<number, Crystal>, days: number): Promise<void> {
  const times = new Map((await wholeLog()).map(({ sequence, time }) => [sequence, time]));
  for (const [sequence, crystal] of was) {
    const told = await crystalAt(store, sequence).catch((error: unknown) => error);
    if (told instanceof Error) expect(told).toMatchObject({ code: "gone" });
    else expect(told).toEqual(crystal);
    const time = times.get(sequence);
    const isYoung = time !== undefined && Date.parse(time) > now - days * DAY_MS;
    if (isYoung) expect(told).toEqual(crystal);
    // By the sequence and by the time it is the same moment.
    if (time !== undefined && !(told instanceof Error)) {
      expect((await entryAt(store, { sequence })).sequence).toBe(sequence);
      expect((await entryAt(store, { at: time })).sequence).toBe(sequence);
    }
    if (time === undefined) {
      await expect(entryAt(store, { sequence })).rejects.toMatchObject({ code: "gone" });
    }
  }
}

test("whatever happened: old stretches are thinned out, and what can still be told is what it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      await store.close();
      await open();
      const was = new Map([[writer.head().sequence, await present()]]);
      for (const one of steps) {
        await take(one);
        was.set(writer.head().sequence, await present());
      }
      const people = () =>
        wholeLog().then((all) => all.filter(({ context }) => context.actor.id === PERSON.actor.id));
      const caused = await people();
      for (const days of [5, 3, 40]) {
        now += days * DAY_MS;
        await thinOut();
        await expectTheSamePast(was, 7);
        await expectSound();
      }
      expect(await people()).toEqual(caused);
      await thinOut({ auditDays: 31 });
      await expectTheSamePast(was, 7);
      await expectSound();
    }),
    { numRuns: 5 },
  );
}, 120_000);

test("of each hour the last iteration stays, later of each day; what people did stays", async () => {
  for (let n = 0; n < 48; n += 1) {
    now += 15 * MINUTE_MS;
    await iterate();
  }
  await take({ kind: "keep", name: "scout", state: "idle", minutes: 1 });
  for (let n = 0; n < 48; n += 1) {
    now += 15 * MINUTE_MS;
    await iterate();
  }
  const ticks = async () => (await wholeLog()).filter(({ type }) => type.includes("iterated"));
  now += 8 * DAY_MS;
  await thinOut();
  expect(await ticks()).toHaveLength(25);
  const hourly = await verifyLog(store);
  expect(hourly).toMatchObject({ sound: true, thinned: 96 - 25 });
  now += 30 * DAY_MS;
  await thinOut();
  expect(await ticks()).toHaveLength(2);
  expect((await wholeLog()).filter(({ type }) => type.includes("memory"))).toHaveLength(1);
  await expectSound();
  // There is nothing left to do.
  const before = writer.head();
  await thinOut();
  expect(writer.head()).toEqual(before);
});

test("the end of an hour can be told by time, and a chart shows what is left of it", async () => {
  for (let n = 0; n < 3 * 6; n += 1) {
    await iterate();
    now += 10 * MINUTE_MS;
  }
  now += 8 * DAY_MS;
  await iterate();
  await thinOut();
  const left = (await wholeLog()).filter(({ type }) => type === "vega.loop.iterated.v1");
  const [first, second] = left;
  expect(first?.time).toBe("2026-01-31T12:50:00.000Z");
  const tellAt = async (at: string) => (await entryAt(store, { at })).sequence;
  for (const at of ["2026-01-31T12:50:00.000Z", "2026-01-31T12:55:00Z", "2026-01-31T13:00:00Z"]) {
    expect(await tellAt(at)).toBe(first?.sequence);
  }
  // What was between cannot be told.
  await expect(tellAt("2026-01-31T13:00:00.001Z")).rejects.toMatchObject({
    code: "gone",
    message: expect.stringContaining(
      `sequence ${first?.sequence} (${first?.time}) before and sequence ${second?.sequence} (${second?.time}) after`,
    ) as string,
  });
  // Off for a week: nothing happened until the hour of the next entry.
  const week = await coreHistory(
    store,
    {
      from: { at: "2026-01-31T12:00:00.001Z" },
      to: { at: "2026-01-31T13:30:00.000Z" },
      points: 100,
    },
    () => undefined,
  );
  expect(week.series.alpha.map(({ sequence }) => sequence)).toEqual([first?.sequence]);
  // In a gap there is no point, and it says why.
  const inGap = { from: { sequence: 3 }, to: { sequence: 4 }, points: 100 };
  expect(await coreHistory(store, inGap, () => undefined)).toMatchObject({
    from: 3,
    to: 4,
    thinned: [{ from: 3, to: 4, removed: 2 }],
    series: { alpha: [] },
  });
});

test("unpublished entries remain, and with retention off every entry remains", async () => {
  for (let n = 0; n < 10; n += 1) await iterate();
  now += 8 * DAY_MS;
  await thinOut({ days: 0 });
  await thinOut({}, 5);
  expect(await wholeLog()).toHaveLength(11);
  await thinOut();
  expect((await wholeLog()).length).toBeLessThan(11);
});

test("a backup of a thinned log is proven and restored with its gaps", async () => {
  for (let n = 0; n < 10; n += 1) await iterate();
  now += 8 * DAY_MS;
  await thinOut();
  const file = join(folder, "thinned.vega");
  const manifest = await makeBackup(store, file, new Date(now).toISOString(), withoutBlobs(folder));
  const into = join(folder, "restored");
  expect(await restoreBackup({ kind: "sqlite", folder: into }, file)).toEqual(manifest);
  const restored = await openSqliteStore(join(into, "vega.db"));
  expect(await restored.readLog({ after: 0, limit: 100 })).toEqual(await wholeLog());
  expect(await restored.head()).toMatchObject({ sequence: writer.head().sequence });
  await restored.close();
});

test("entries removed without a record in the log are detected", async () => {
  for (let n = 0; n < 12; n += 1) {
    now += 10 * MINUTE_MS;
    await iterate();
  }
  now += 8 * DAY_MS;
  await thinOut();
  // A gap made wider, with what is known of it in the database made to fit.
  const victim = (await wholeLog()).find(({ type }) => type.includes("iterated"))?.sequence ?? 0;
  tamper(`DELETE FROM log WHERE sequence = ${victim}`);
  expect((await verifyLog(store)).sound).toBe(false);
  await expect(checkIntegrity(store)).rejects.toThrow("entries are missing");
  tamper(`UPDATE log_gaps SET body = json_set(body, '$.removed', json_extract(body, '$.removed') + 1)
    WHERE id = (SELECT min(id) FROM log_gaps)`);
  expect(await verifyLog(store)).toMatchObject({
    sound: false,
    reason: expect.stringMatching("no later entry says that it was taken out") as string,
  });
});

test("a log that is thinned out while somebody walks it is whole, and every gap has its checkpoint", async () => {
  for (let n = 0; n < 12; n += 1) await iterate();
  const before = await wholeLog();
  now += 8 * DAY_MS;
  let pages = 0;
  const walked: Store = {
    ...store,
    async readLog({ after }) {
      if ((pages += 1) === 2) await thinOut();
      return store.readLog({ after, limit: 5 });
    },
  };
  const head = before.length + 1;
  const { hash } = before[11] ?? {};
  // What was met before it went is no gap: it begins where the walk had come to.
  expect(await verifyLog(walked)).toMatchObject({
    sound: true,
    thinned: 7,
    gaps: [{ from: 6, to: 12, hash, by: head }],
  });
  expect(await verifyLog(store)).toMatchObject({ gaps: [{ from: 2, to: 12, hash, by: head }] });
  const from = { sequence: 5, hash: before[4]?.hash ?? "" };
  const entries = await store.readLog({ after: 5, limit: 100 });
  expect(firstBreak(entries, from, await compactedGaps(store, 5))).toBeUndefined();
});

test("two replicas that thin out at once take nothing twice", async () => {
  for (let n = 0; n < 10; n += 1) await iterate();
  now += 8 * DAY_MS;
  await Promise.all([thinOut(), thinOut(), thinOut()]);
  const told = (await wholeLog()).filter(({ type }) => type === "vega.log.thinned.v1");
  expect(told).toHaveLength(1);
  await expectSound();
});

test("entries removed before they were a day old are detected, even with a record", async () => {
  for (let n = 0; n < 10; n += 1) await iterate();
  now += 60 * MINUTE_MS;
  // As if somebody had made this out to be retention.
  const entries = await wholeLog();
  const plan = planCompaction(entries, 0, "hour", []);
  if (!plan) throw new Error("there is nothing to take out");
  await writer.submit(decideCompaction(plan), SYSTEM);
  expect(await verifyLog(store)).toMatchObject({
    sound: false,
    reason: "the entry was taken out before it was a day old",
  });
});

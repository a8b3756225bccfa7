import type { Crystal } from "@vega/contracts";
import { systemContext } from "@vega/contracts";
import fc from "fast-check";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decideRestoreCrystal } from "../entities/crystal/restore.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { crystalAt, entryAt } from "./as-of.ts";
import { replayLog } from "../verification/replay.ts";
import type { Step } from "./testing.ts";
import { step, take as takeStep } from "./testing.ts";
import { loadWorkingSet } from "../log/working-set.ts";
import type { Writer } from "../log/writer.ts";
import { createWriter } from "../log/writer.ts";

let folder: string;
let store: Store;
let writer: Writer;
let now: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-as-of-"));
  now = Date.parse("2026-01-31T12:00:00.000Z");
  await open("first.db");
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function open(name: string): Promise<void> {
  store = await openSqliteStore(join(folder, name));
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

const CONTEXT = systemContext("test");
const present = async (): Promise<Crystal> => (await loadWorkingSet(store)).crystal();

async function take(one: Step): Promise<void> {
  now += 1_000;
  await takeStep(one, store, writer);
}

test("as of every sequence it is what it was then, whatever happened before and since", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25, size: "max" }), async (steps) => {
      await store.close();
      await open(`run${(run += 1)}.db`);
      const was = new Map<number, Crystal>([[writer.head().sequence, await present()]]);
      for (const one of steps) {
        await take(one);
        was.set(writer.head().sequence, await present());
      }
      for (const [sequence, crystal] of was) {
        expect(await crystalAt(store, sequence)).toEqual(crystal);
        expect(await replayLog(store, sequence)).toMatchObject({ same: true });
      }
      expect(await replayLog(store)).toMatchObject({ same: true });
    }),
    { numRuns: 12 },
  );
}, 120_000);

test("a document that is not what the log says is named by a replay", async () => {
  await take({ kind: "agent", name: "scout", state: "idle" });
  const database = new DatabaseSync(join(folder, "first.db"));
  database.exec("UPDATE agents SET body = json_set(body, '$.state', 'active') WHERE id = 'scout'");
  database.close();
  expect(await replayLog(store)).toMatchObject({
    same: false,
    document: "agents/scout",
    rebuilt: { state: "idle" },
    stored: { state: "active" },
  });
});

test("a document that is no JSON is named, and so is a beginning beyond the log's end", async () => {
  await expect(replayLog(store, 1_000)).rejects.toMatchObject({ code: "not_found" });
  await take({ kind: "agent", name: "scout", state: "idle" });
  const database = new DatabaseSync(join(folder, "first.db"));
  database.exec("UPDATE agents SET body = 'no JSON' WHERE id = 'scout'");
  database.close();
  await expect(replayLog(store)).rejects.toThrow("agents/scout is no JSON");
});

test("a time means the last entry until then, and a moment that is not there is named", async () => {
  const began = new Date(now).toISOString();
  await take({ kind: "loop", active: false });
  await take({ kind: "loop", active: true });
  expect((await entryAt(store, { at: began })).sequence).toBe(1);
  expect((await entryAt(store, { at: new Date(now - 500).toISOString() })).sequence).toBe(2);
  expect((await entryAt(store, { at: "2030-01-01T00:00:00.000Z" })).sequence).toBe(3);
  await expect(entryAt(store, { sequence: 4 })).rejects.toThrow("its head is 3");
  await expect(entryAt(store, { at: "2020-01-01T00:00:00.000Z" })).rejects.toThrow(
    "before the log began",
  );
});

test("a restore replaces the requested parts and never decreases the iteration", async () => {
  const first = await present();
  await take({ kind: "agent", name: "miracore", state: "running" });
  await take({ kind: "agent", name: "scout", state: "idle" });
  await take({ kind: "module", active: false });
  await take({ kind: "import" });
  const before = await present();
  expect(before.loop.iteration).toBeGreaterThan(10_000);
  const options = { of: 1, earlier: first, dryRun: false, timeScale: 1 };
  const dry = decideRestoreCrystal({ ...options, parts: ["agents"], dryRun: true });
  const head = writer.head().sequence;
  const told = (await writer.submit(dry, CONTEXT)).result;
  expect(writer.head().sequence).toBe(head);
  await writer.submit(decideRestoreCrystal({ ...options, parts: ["agents"] }), CONTEXT);
  const after = await present();
  expect(after).toEqual(told.after);
  expect(after.agents.map(({ state }) => state)).toEqual(first.agents.map(({ state }) => state));
  expect(after.modules).toEqual(before.modules);
  await writer.submit(decideRestoreCrystal({ ...options, parts: ["loop", "settings"] }), CONTEXT);
  const all = await present();
  expect(all.loop.iteration).toBe(before.loop.iteration);
  expect(all.extra).toEqual(first.extra);
});

test("an agent that was taken away is there as of a time before", async () => {
  await take({ kind: "agent", name: "scout", state: "idle" });
  const before = await present();
  await take({ kind: "remove", name: "scout" });
  const after = await present();
  expect(after.agents.map(({ name }) => name)).not.toContain("scout");
  expect(await crystalAt(store, 2)).toEqual(before);
  expect(await crystalAt(store, 3)).toEqual(after);
});

import type { Crystal } from "@vega/contracts";
import { AGENT_STATES, systemContext } from "@vega/contracts";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as agents from "../domain/agents.ts";
import type { Command } from "../domain/decision.ts";
import { setLoopActive } from "../domain/loop.ts";
import * as modules from "../domain/modules.ts";
import { restoreCrystal } from "../domain/restore.ts";
import { importTimeCrystal, parseTimeCrystal } from "../domain/time-crystal/import.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { crystalAt, entryAt } from "./as-of.ts";
import { replayLog } from "./replay.ts";
import { loadWorkingSet } from "./working-set.ts";
import type { Writer } from "./writer.ts";
import { createWriter } from "./writer.ts";

const FILE = parseTimeCrystal(
  JSON.parse(
    readFileSync(
      new URL("../domain/time-crystal/fixtures/time_crystal.v2.json", import.meta.url),
      "utf8",
    ),
  ),
);

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

const name = fc.constantFrom("miracore", "ae_agent", "scout", "herald");
const step = fc.oneof(
  fc.record({ kind: fc.constant("agent" as const), name, state: fc.constantFrom(...AGENT_STATES) }),
  fc.record({ kind: fc.constant("module" as const), active: fc.boolean() }),
  fc.record({ kind: fc.constant("loop" as const), active: fc.boolean() }),
  fc.record({ kind: fc.constant("import" as const) }),
  fc.record({ kind: fc.constant("restore" as const), back: fc.nat({ max: 8 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function take(one: Step): Promise<void> {
  now += 1_000;
  const head = writer.head().sequence;
  const command = async (): Promise<Command<unknown>> => {
    if (one.kind === "agent") return agents.updateAgents([{ name: one.name, state: one.state }]);
    if (one.kind === "module") {
      return modules.setModule("relax", one.active ? "active" : "inactive");
    }
    if (one.kind === "loop") return setLoopActive(one.active, 1);
    if (one.kind === "import") return importTimeCrystal(FILE, { dryRun: false, timeScale: 1 });
    const of = Math.max(1, head - one.back);
    const earlier = await crystalAt(store, of);
    const parts = ["agents", "modules", "loop", "settings"] as const;
    return restoreCrystal({ of, earlier, parts, dryRun: false, timeScale: 1 });
  };
  // An illegal step of an agent is refused and changes nothing.
  await writer.submit(await command(), CONTEXT).catch(() => undefined);
}

test("as of every sequence it is what it was then, whatever happened before and since", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
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
    { numRuns: 15 },
  );
});

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

test("a restore takes the parts it is told to and never turns the iteration back", async () => {
  const first = await present();
  await take({ kind: "agent", name: "miracore", state: "running" });
  await take({ kind: "agent", name: "scout", state: "idle" });
  await take({ kind: "module", active: false });
  await take({ kind: "import" });
  const before = await present();
  expect(before.loop.iteration).toBeGreaterThan(10_000);
  const options = { of: 1, earlier: first, dryRun: false, timeScale: 1 };
  const dry = restoreCrystal({ ...options, parts: ["agents"], dryRun: true });
  const head = writer.head().sequence;
  const told = (await writer.submit(dry, CONTEXT)).result;
  expect(writer.head().sequence).toBe(head);
  await writer.submit(restoreCrystal({ ...options, parts: ["agents"] }), CONTEXT);
  const after = await present();
  expect(after).toEqual(told.after);
  expect(after.agents.map(({ state }) => state)).toEqual(first.agents.map(({ state }) => state));
  expect(after.modules).toEqual(before.modules);
  await writer.submit(restoreCrystal({ ...options, parts: ["loop", "settings"] }), CONTEXT);
  const all = await present();
  expect(all.loop.iteration).toBe(before.loop.iteration);
  expect(all.extra).toEqual(first.extra);
});

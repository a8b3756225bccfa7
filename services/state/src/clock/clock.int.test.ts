import { timeAfter } from "@vega/contracts";
import fc from "fast-check";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decideBeginRun, decideSweepRuns } from "../entities/agent-runs/commands.ts";
import { firstBreak, GENESIS_HASH } from "../log/chain.ts";
import { writtenAt } from "./clock.ts";
import {
  decideDeleteMemory,
  decidePutMemory,
  decideSweepMemory,
} from "../entities/memory/commands.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { entryAt } from "../history/as-of.ts";
import { lastUntil } from "../history/last-until.ts";
import { replayLog } from "../verification/replay.ts";
import type { Writer } from "../log/writer.ts";
import { createWriter } from "../log/writer.ts";

/* The clock of a writer jumps ahead and back, as a machine's does. */

const START = "2026-01-31T12:00:00.000Z";
const HOUR_MS = 3_600_000;
const LIMITS = {
  valueBytes: 1_000,
  keys: 10_000,
  namespaceBytes: 1_000_000,
  schemaBytes: 1_000,
};
const CONTEXT = { actor: { id: "admin" } };

let folder: string;
let store: Store;
let writer: Writer;
let clock: string;

const open = async () => {
  writer = createWriter({
    store,
    now: () => clock,
    timeScale: 1,
    relayed: () => 0,
    onCommit: () => undefined,
    onCommitFailed: () => undefined,
  });
  await writer.open();
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-clock-"));
  store = await openSqliteStore(join(folder, "vega.db"));
  clock = START;
  await open();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const jump = (ms: number) => (clock = timeAfter(clock, ms));
const put = async (key: string, ttl_seconds?: number) =>
  (
    await writer.submit(
      decidePutMemory("default", [{ key, value: 1, ttl_seconds }], LIMITS),
      CONTEXT,
    )
  ).sequence;
const wholeLog = () => store.readLog({ after: 0, limit: 100_000 });
/** Whether the value is still there for a decision. */
const isKept = (key: string) =>
  writer.submit(decideDeleteMemory("default", key), CONTEXT).then(
    () => true,
    () => false,
  );

test("a clock that was ahead is kept beside the time of later entries, until it has passed it", async () => {
  jump(2 * HOUR_MS);
  await put("ahead");
  const frozen = clock;
  jump(-2 * HOUR_MS + 6_000);
  const right = clock;
  await put("right");
  clock = timeAfter(frozen, -500);
  await put("nearly");
  clock = timeAfter(frozen, 1);
  await put("passed");
  const [, ahead, after, nearly, passed] = await wholeLog();
  const times = [ahead, after, nearly, passed].map((entry) => [entry?.time, entry?.clock]);
  expect(times).toEqual([
    [frozen, undefined],
    [frozen, right],
    // Clocks of two replicas differ by as much.
    [frozen, undefined],
    [clock, undefined],
  ]);
  expect(firstBreak(await wholeLog(), { sequence: 0, hash: GENESIS_HASH })).toBeUndefined();
  expect(await replayLog(store)).toMatchObject({ same: true });
});

test("documents written after the clock jump have the clock's times and expire by them", async () => {
  jump(40 * 24 * HOUR_MS);
  await put("ahead");
  jump(-40 * 24 * HOUR_MS);
  await put("otp", 5);
  expect(await store.get("memory", "default/otp")).toMatchObject({
    updated_at: clock,
    expires_at: timeAfter(clock, 5_000),
  });
  jump(4_999);
  expect(await isKept("otp")).toBe(true);
  await put("otp", 5);
  // The same with a process that has just started: the log is all it knows.
  await open();
  jump(5_000);
  expect(await isKept("otp")).toBe(false);
});

test("a run whose maker was killed after the jump is lost when its lease is over", async () => {
  jump(2 * HOUR_MS);
  await put("ahead");
  jump(-2 * HOUR_MS);
  const begin = (iteration: number, lost: number | null) =>
    writer.submit(
      decideBeginRun({ agent: "miracore", iteration, leaseMs: 10_000, lost, oldest: [] }),
      CONTEXT,
    );
  expect((await begin(1, null)).result).toMatchObject({ kind: "begun" });
  jump(9_999);
  expect((await begin(2, 1)).result).toMatchObject({ kind: "refused", reason: "running" });
  jump(1);
  expect((await begin(2, 1)).result).toMatchObject({ kind: "begun" });
});

test("a look-up by time finds what was written after the jump, now and when its time has passed", async () => {
  const before = await put("before");
  jump(2 * HOUR_MS);
  const ahead = await put("ahead");
  jump(-2 * HOUR_MS + 6_000);
  const written: { at: string; sequence: number }[] = [];
  for (let n = 0; n < 5; n += 1) {
    jump(700);
    written.push({ at: clock, sequence: await put(`k${n}`) });
  }
  const [first, ...later] = written;
  const look = async () => {
    // Exact from the second after the first entry on.
    for (const { at, sequence } of later) {
      expect(await lastUntil(store, at)).toBe(sequence);
      expect(await lastUntil(store, timeAfter(at, -1))).toBe(sequence - 1);
      expect((await entryAt(store, { at })).sequence).toBe(sequence);
    }
    expect(await lastUntil(store, timeAfter(START, 1_000))).toBe(before);
  };
  await look();
  expect(await lastUntil(store, timeAfter(clock, 1_000))).toBe(written.at(-1)?.sequence);
  expect(first?.sequence).toBe(ahead + 1);
  jump(3 * HOUR_MS);
  const last = await put("long after");
  await look();
  expect(await lastUntil(store, clock)).toBe(last);
});

test("property: whatever jumps, times are in order, and what is set by the clock ends by it", async () => {
  let round = 0;
  const jumps = fc.array(fc.integer({ min: -50 * 24 * HOUR_MS, max: 50 * 24 * HOUR_MS }), {
    minLength: 1,
    maxLength: 6,
  });
  const seconds = fc.integer({ min: 1, max: 86_400 });
  await fc.assert(
    fc.asyncProperty(jumps, seconds, seconds, async (steps, ttl, lease) => {
      const [key, iteration] = [`r${(round += 1)}`, round];
      for (const [n, step] of steps.entries()) {
        jump(step);
        await put(`${key}-${n}`);
      }
      // From here on the clock only goes on.
      await put(key, ttl);
      const leaseMs = lease * 1_000;
      const asked = { agent: "miracore", iteration, leaseMs, lost: null, oldest: [] };
      const begun = await writer.submit(decideBeginRun(asked), CONTEXT);
      expect(begun.result).toMatchObject({ kind: "begun" });
      const at = clock;
      const sweep = async () => {
        const lost = await writer.submit(
          decideSweepRuns([{ agent: "miracore", iteration }]),
          CONTEXT,
        );
        const old = await writer.submit(
          decideSweepMemory([{ namespace: "default", key }]),
          CONTEXT,
        );
        return [lost.result.failed, old.result.removed];
      };
      const ends = [...new Set([lease, ttl])].toSorted((a, b) => a - b);
      let [failed, removed] = [0, 0];
      for (const end of ends) {
        clock = timeAfter(at, end * 1_000 - 1);
        expect(await sweep()).toEqual([0, 0]);
        clock = timeAfter(at, end * 1_000);
        const [one = 0, other = 0] = await sweep();
        expect([one, other]).toEqual([end === lease ? 1 : 0, end === ttl ? 1 : 0]);
        [failed, removed] = [failed + one, removed + other];
      }
      expect([failed, removed]).toEqual([1, 1]);
    }),
    { numRuns: 60 },
  );
  const entries = await wholeLog();
  const times = entries.map(({ time }) => time);
  expect(times).toEqual(times.toSorted());
  expect(entries.every((entry) => writtenAt(entry) <= entry.time)).toBe(true);
  expect(firstBreak(entries, { sequence: 0, hash: GENESIS_HASH })).toBeUndefined();
});

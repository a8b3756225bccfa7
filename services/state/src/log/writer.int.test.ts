import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../../../tests/support/src/until.ts";
import { firstBreak } from "./chain.ts";
import { decideDeleteMemory, decidePutMemory } from "../entities/memory/commands.ts";
import { decideSetModule } from "../entities/modules/set.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { StoreUnavailableError } from "../store/store.ts";
import type { Writer } from "./writer.ts";
import { createWriter } from "./writer.ts";

const LIMITS = { valueBytes: 65_536, keys: 1_000, namespaceBytes: 1_048_576, schemaBytes: 1_000 };
const CONTEXT = { actor: { id: "admin" } };
const put = (key: string, value: number) => decidePutMemory("default", [{ key, value }], LIMITS);

let folder: string;
let path: string;
const stores: Store[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-writer-"));
  path = join(folder, "vega.db");
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await rm(folder, { recursive: true });
});

async function newWriter(wrap: (store: Store) => Store = (store) => store): Promise<{
  writer: Writer;
  store: Store;
}> {
  const store = wrap(await openSqliteStore(path));
  stores.push(store);
  const writer = createWriter({
    store,
    now: () => new Date().toISOString(),
    timeScale: 1,
    relayed: () => 0,
    onCommit: () => undefined,
    onCommitFailed: () => undefined,
  });
  await writer.open();
  return { writer, store };
}

async function wholeLog(store: Store) {
  const entries = await store.readLog({ after: 0, limit: 100_000 });
  expect(firstBreak(entries)).toBeUndefined();
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
  return entries;
}

test("a fresh log begins with the crystal's creation", async () => {
  const { writer, store } = await newWriter();
  const [first] = await wholeLog(store);
  expect(first?.type).toBe("vega.crystal.created.v1");
  expect(writer.head()).toMatchObject({ sequence: 1, logId: first?.id });
});

test("writes at once share commits; each is answered with its own sequence", async () => {
  let commits = 0;
  const { writer, store } = await newWriter((inner) => ({
    ...inner,
    commit: (batch) => {
      commits += 1;
      return inner.commit(batch);
    },
  }));
  commits = 0;
  const outcomes = await Promise.all(
    Array.from({ length: 500 }, (_, n) => writer.submit(put(`k${n}`, n), CONTEXT)),
  );
  expect(commits).toBeLessThan(20);
  const entries = await wholeLog(store);
  for (const [n, { sequence }] of outcomes.entries()) {
    expect(entries[sequence - 1]?.data).toMatchObject({ key: `k${n}`, value: n });
  }
});

test("a refusal does not disturb its neighbours in the batch", async () => {
  const { writer, store } = await newWriter();
  const results = await Promise.allSettled([
    writer.submit(put("a", 1), CONTEXT),
    writer.submit(decideSetModule("nonsense", "active"), CONTEXT),
    writer.submit(put("b", 2), CONTEXT),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await wholeLog(store)).toHaveLength(3);
});

test("two replicas write at once: nothing is lost, doubled or decided on old state", async () => {
  const [one, two] = [await newWriter(), await newWriter()];
  const writes = Array.from({ length: 300 }, (_, n) =>
    (n % 2 === 0 ? one : two).writer.submit(put(`k${n}`, n), CONTEXT),
  );
  const outcomes = await Promise.all(writes);
  const entries = await wholeLog(one.store);
  expect(entries).toHaveLength(301);
  expect(new Set(outcomes.map(({ sequence }) => sequence)).size).toBe(300);
});

test("a replica that is late again and again still gets its turn, with what has come meanwhile", async () => {
  const first = await newWriter();
  let late = 0;
  const second = await newWriter((store) => ({
    ...store,
    async commit(batch) {
      // Each time another replica is faster.
      if (late < 20) await first.writer.submit(put("fast", (late += 1)), CONTEXT);
      return store.commit(batch);
    },
  }));
  const writes = [second.writer.submit(put("slow", 1), CONTEXT)];
  await until("it was late", () => late > 2);
  writes.push(second.writer.submit(put("slow", 2), CONTEXT));
  const [one, two] = await Promise.all(writes);
  expect(late).toBe(20);
  expect([one?.sequence, two?.sequence]).toEqual([22, 23]);
  expect(await wholeLog(first.store)).toHaveLength(23);
});

test("a command whose caller gives up while others are faster is not carried out", async () => {
  const first = await newWriter();
  let late = 0;
  const second = await newWriter((store) => ({
    ...store,
    async commit(batch) {
      if (batch.expectedSequence > 0) {
        await first.writer.submit(put("fast", (late += 1)), CONTEXT);
        await until("the caller has given up", () => Date.now() > deadline);
      }
      return store.commit(batch);
    },
  }));
  const deadline = Date.now() + 50;
  const slow = second.writer.submit(put("slow", 1), CONTEXT, deadline);
  await expect(slow).rejects.toMatchObject({ code: "timeout" });
  expect(late).toBe(1);
  expect(await wholeLog(first.store)).toHaveLength(2);
});

test("a limit holds over two replicas", async () => {
  const [one, two] = [await newWriter(), await newWriter()];
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, (_, n) =>
      (n % 2 === 0 ? one : two).writer.submit(
        decidePutMemory("small", [{ key: `k${n}`, value: n }], { ...LIMITS, keys: 10 }),
        CONTEXT,
      ),
    ),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  expect(await one.store.query("memory", { prefix: "small/" })).toHaveLength(10);
});

test("a store that is away refuses writes, and takes them when it is back", async () => {
  let away = false;
  const { writer, store } = await newWriter((inner) => ({
    ...inner,
    commit: (batch) =>
      away ? Promise.reject(new StoreUnavailableError(new Error("gone"))) : inner.commit(batch),
  }));
  await writer.submit(put("a", 1), CONTEXT);
  away = true;
  await expect(writer.submit(put("b", 2), CONTEXT)).rejects.toMatchObject({ code: "unavailable" });
  away = false;
  await writer.submit(put("c", 3), CONTEXT);
  const entries = await wholeLog(store);
  expect(entries.slice(1).map(({ data }) => data?.["key"])).toEqual(["a", "c"]);
});

test("a commit whose answer was lost is found in the log, and what follows builds on it", async () => {
  let lose = false;
  const { writer, store } = await newWriter((inner) => ({
    ...inner,
    commit: async (batch) => {
      const outcome = await inner.commit(batch);
      if (lose) throw new StoreUnavailableError(new Error("the answer was lost"));
      return outcome;
    },
  }));
  lose = true;
  await expect(writer.submit(put("a", 1), CONTEXT)).rejects.toMatchObject({ code: "unavailable" });
  lose = false;
  const { sequence } = await writer.submit(put("b", 2), CONTEXT);
  expect(sequence).toBe(3);
  expect(await wholeLog(store)).toHaveLength(3);
});

test("a refusal of one replica knows what the other has written", async () => {
  const [one, two] = [await newWriter(), await newWriter()];
  const limits = { ...LIMITS, keys: 1 };
  await one.writer.submit(decidePutMemory("tiny", [{ key: "a", value: 1 }], limits), CONTEXT);
  await two.writer.submit(decidePutMemory("tiny", [{ key: "a", value: 2 }], limits), CONTEXT);
  await two.writer.submit(decideDeleteMemory("tiny", "a"), CONTEXT);
  // To the first replica the only place is still taken.
  await one.writer.submit(decidePutMemory("tiny", [{ key: "b", value: 3 }], limits), CONTEXT);
  await expect(two.writer.submit(decideDeleteMemory("tiny", "a"), CONTEXT)).rejects.toMatchObject({
    code: "not_found",
  });
});

test("a database that was emptied under its feet is not taken for a fresh one", async () => {
  const { writer, store } = await newWriter();
  await writer.submit(put("a", 1), CONTEXT);
  const raw = new DatabaseSync(path);
  raw.exec("DELETE FROM log; DELETE FROM memory");
  raw.close();
  await expect(writer.submit(put("b", 2), CONTEXT)).rejects.toMatchObject({ status: 500 });
  expect(await store.head()).toBeUndefined();
});

test("a command that the database refuses fails alone", async () => {
  const { writer, store } = await newWriter((inner) => ({
    ...inner,
    commit: (batch) =>
      batch.changes.some(({ id }) => id === "default/bad")
        ? Promise.reject(new Error("document failed validation"))
        : inner.commit(batch),
  }));
  const results = await Promise.allSettled(
    ["a", "bad", "b"].map((key) => writer.submit(put(key, 1), CONTEXT)),
  );
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(results[1]).toMatchObject({ reason: { code: "internal" } });
  expect(await wholeLog(store)).toHaveLength(3);
});

test("a command whose caller has given up is not carried out", async () => {
  const { writer, store } = await newWriter();
  const late = writer.submit(put("late", 1), CONTEXT, Date.now() - 1);
  await expect(late).rejects.toMatchObject({ code: "timeout" });
  expect(await wholeLog(store)).toHaveLength(1);
});

test("entries that are too much for one commit are spread over several", async () => {
  const { writer, store } = await newWriter();
  const value = "x".repeat(60_000);
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      writer.submit(decidePutMemory(`space${n}`, [{ key: "k", value }], LIMITS), CONTEXT),
    ),
  );
  expect(new Set(outcomes.map(({ sequence }) => sequence)).size).toBe(200);
  expect(await wholeLog(store)).toHaveLength(201);
});

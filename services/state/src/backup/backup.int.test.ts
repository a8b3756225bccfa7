import { memory, systemContext } from "@vega/contracts";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWriter } from "../log/writer.ts";
import type { Writer } from "../log/writer.ts";
import { decidePutMemory } from "../entities/memory/commands.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Document, LogEntry, Store } from "../store/store.ts";
import { makeBackup, proveBackup, restoreBackup } from "./backup.ts";
import { InvalidBackupError } from "./format.ts";
import { changeLines, forge, withoutBlobs } from "./testing.ts";

const LIMITS = { valueBytes: 10_000, keys: 10_000, namespaceBytes: 10_000_000, schemaBytes: 1_000 };
const TIME = "2026-01-31T12:00:00.000Z";
const CONTEXT = systemContext("test");

let folder: string;
let store: Store;
let writer: Writer;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-backup-"));
  file = join(folder, "out.vega");
  store = await openSqliteStore(join(folder, "source.db"));
  writer = createWriter({
    store,
    now: () => TIME,
    timeScale: 1,
    relayed: () => 0,
    onCommit: () => undefined,
    onCommitFailed: () => undefined,
  });
  await writer.open();
  await remember("first", "a value – with Æ and \u{1F600}");
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const remember = (key: string, value: string) =>
  writer.submit(decidePutMemory("default", [{ key, value }], LIMITS), CONTEXT);

async function allOf(of: Store): Promise<{ log: LogEntry[]; documents: Document[] }> {
  const { documents } = await of.snapshot();
  const found: Document[] = [];
  for await (const document of documents) found.push(document);
  const byName = (a: Document, b: Document) =>
    `${a.collection}/${a.id}` < `${b.collection}/${b.id}` ? -1 : 1;
  return {
    log: await of.readLog({ after: 0, limit: 10_000 }),
    documents: found.toSorted(byName),
  };
}

const target = () => ({ kind: "sqlite" as const, folder: join(folder, "target") });

test("a restore brings back the log, every document and the relay's position", async () => {
  for (let n = 0; n < 1_200; n += 1) void remember(`k${n}`, "x".repeat(n % 50));
  await writer.drain();
  const before = await allOf(store);
  const manifest = await makeBackup(store, file, TIME, withoutBlobs(folder));
  expect(manifest).toMatchObject({ sequence: 1_202, entries: 1_202, created_at: TIME });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await restoreBackup(target(), file)).toEqual(manifest);
  const restored = await openSqliteStore(join(folder, "target", "vega.db"));
  expect(await allOf(restored)).toEqual(before);
  expect((await restored.head())?.relayed).toBe(1_202);
  await restored.close();
  expect((await readdir(join(folder, "target"))).toSorted()).toEqual(
    expect.arrayContaining(["log-id", "vega.db"]),
  );
  expect((await stat(join(folder, "target", "vega.db"))).mode & 0o777).toBe(0o600);
});

test("is of one moment while writes go on", async () => {
  let stopped = false;
  const writing = (async () => {
    for (let n = 0; !stopped; n += 1) await remember(`w${n % 100}`, String(n));
  })();
  for (let round = 0; round < 3; round += 1) {
    await makeBackup(store, join(folder, `${round}.vega`), TIME, withoutBlobs(folder));
  }
  stopped = true;
  await writing;
  // Each was proven when it was made: its documents are what its log makes of them.
  const manifests = await Promise.all(
    [0, 1, 2].map((n) => proveBackup(join(folder, `${n}.vega`), folder)),
  );
  const sequences = manifests.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
});

test("a file that is there is not written over, and a backup that fails leaves nothing", async () => {
  await writeFile(file, "precious");
  await expect(makeBackup(store, file, TIME, withoutBlobs(folder))).rejects.toThrow(
    "is there already",
  );
  expect(await readFile(file, "utf8")).toBe("precious");
  const broken: Store = {
    ...store,
    readLog: () => Promise.reject(new Error("the database went away")),
  };
  const path = join(folder, "other.vega");
  await expect(makeBackup(broken, path, TIME, withoutBlobs(folder))).rejects.toThrow("went away");
  expect((await readdir(folder)).filter((name) => name.includes("vega-backup"))).toEqual([]);
});

test("a log that was tampered with is no backup: it is found when it is proven", async () => {
  const forged: Store = {
    ...store,
    async readLog(range) {
      const entries = await store.readLog(range);
      return entries.map((entry) =>
        entry.type === memory.events.changed.type
          ? { ...entry, data: { ...entry.data, value: "forged" } }
          : entry,
      );
    },
  };
  await expect(makeBackup(forged, file, TIME, withoutBlobs(folder))).rejects.toThrow(
    "its log is broken",
  );
  await expect(stat(file)).rejects.toThrow("ENOENT");
});

describe("a file that is not whole is refused before anything changes", () => {
  const change = (how: (lines: string[]) => string[]) => changeLines(file, how);
  const CASES: [string, () => Promise<void>, RegExp][] = [
    [
      "cut in the middle of the packed file",
      async () => writeFile(file, (await readFile(file)).subarray(0, -40)),
      /unpacked/,
    ],
    ["without its end", () => change((lines) => lines.slice(0, -1)), /cut short/],
    ["with a line less", () => change((lines) => lines.toSpliced(3, 1)), /altered/],
    [
      "with a value changed",
      () => change((lines) => lines.map((line) => line.replaceAll("a value", "another"))),
      /altered/,
    ],
    [
      "without an entry",
      () => change((lines) => lines.filter((line) => !line.includes('"sequence":2,"id"'))),
      /missing|altered/,
    ],
    ["with more after its end", () => change((lines) => [...lines, "{}"]), /after its end/],
    [
      "of a newer format",
      () => change((lines) => lines.map((l) => l.replace(/"vega_backup":\d/, '"vega_backup":9'))),
      /format 9/,
    ],
    ["another kind of file", () => writeFile(file, "hello"), /unpacked/],
    ["a packed file of another kind", () => writeFile(file, gzipSync('{"a":1}\n')), /no backup/],
    ["an empty one", () => writeFile(file, ""), /unpacked|empty/],
    ["none", () => rm(file), /no such file/],
  ];
  test.each(CASES)("%s", async (_name, damage, reason) => {
    await makeBackup(store, file, TIME, withoutBlobs(folder));
    await damage();
    const refused = restoreBackup(target(), file);
    await expect(refused).rejects.toThrow(InvalidBackupError);
    await expect(refused).rejects.toThrow(reason);
    await expect(readdir(join(folder, "target"))).rejects.toThrow("ENOENT");
  });
});

test("files of a killed restore are removed by the next one", async () => {
  await makeBackup(store, file, TIME, withoutBlobs(folder));
  await mkdir(join(folder, "target"));
  await writeFile(join(folder, "target", "vega.db.restoring-killed-wal"), "half of it");
  await restoreBackup(target(), file);
  const names = await readdir(join(folder, "target"));
  expect(names.filter((name) => name.includes("restoring"))).toEqual([]);
});

test("a file that was altered with care is found by its chain, and leaves nothing", async () => {
  await makeBackup(store, file, TIME, withoutBlobs(folder));
  await forge(file, (line) => line.replaceAll("a value", "another"));
  await expect(restoreBackup(target(), file)).rejects.toThrow("its log is broken");
  expect(await readdir(join(folder, "target"))).toEqual([]);
});

test("a folder that is not there is named", async () => {
  const path = join(folder, "none", "out.vega");
  await expect(makeBackup(store, path, TIME, withoutBlobs(folder))).rejects.toThrow(
    `no folder ${join(folder, "none")}`,
  );
});

test.each(["vega.db-wal", "vega.db-shm", "log-id"])(
  "what is left of another database is in the way: %s would ruin the new one",
  async (left) => {
    await makeBackup(store, file, TIME, withoutBlobs(folder));
    await mkdir(join(folder, "target"));
    await writeFile(join(folder, "target", left), "of another one");
    await expect(restoreBackup(target(), file)).rejects.toThrow(`(${left})`);
    expect(await readdir(join(folder, "target"))).toEqual([left]);
  },
);

test("a folder that has a database is left as it is", async () => {
  await makeBackup(store, file, TIME, withoutBlobs(folder));
  await restoreBackup(target(), file);
  const before = await readFile(join(folder, "target", "vega.db"));
  await expect(restoreBackup(target(), file)).rejects.toThrow("has a database already");
  expect(await readFile(join(folder, "target", "vega.db"))).toEqual(before);
});

import { randomBytes } from "node:crypto";
import {
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rm,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, test } from "vitest";
import { mountSmallDisk, smallDiskMissing } from "../../../../../tests/chaos/cluster/small-disk.ts";
import { formatContract } from "../contract/format-contract.ts";
import type { Subject } from "../contract/subject.ts";
import { storeContract } from "../contract/store-contract.ts";
import { batchOf, entriesAfter, entryAfter, memoryChange } from "../contract/fixtures.ts";
import { openStore } from "../open.ts";
import type { Change, LogEntry, Store } from "../store.ts";
import { StoreUnavailableError, StoreCorruptError, StoreTooNewError } from "../store.ts";
import { DECLARED_TABLES } from "./declared-tables.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const folder = await mkdtemp(join(tmpdir(), "vega-sqlite-"));
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
const freshPath = () => join(folder, `${(count += 1)}.db`);

function subject(): Promise<Subject> {
  let path = freshPath();
  return Promise.resolve({
    open: () => openSqliteStore(path),
    reset() {
      path = freshPath();
      return Promise.resolve();
    },
    dropIndex() {
      const database = new DatabaseSync(path);
      const searched = DECLARED_TABLES.all.filter((one) => one.searched);
      const drops = searched.map(
        ({ name }) => `DROP TABLE ${name}_search; DROP TABLE ${name}_terms;`,
      );
      database.exec(`${drops.join(" ")} DROP TABLE search_index`);
      database.close();
      return Promise.resolve();
    },
    destroy: () => Promise.resolve(),
  });
}
storeContract("sqlite", subject);
formatContract("sqlite", subject);

async function filled(): Promise<string> {
  const path = freshPath();
  const store = await openSqliteStore(path);
  const entries = entriesAfter(undefined, 400);
  const changes = entries.map(({ sequence }) => memoryChange(`k${sequence}`, "x".repeat(200)));
  await store.commit(batchOf(entries, changes));
  await store.close();
  return path;
}

async function refuseFaults(store: Store): Promise<void> {
  const faults = await store.check();
  if (faults.length > 0) throw new StoreCorruptError(faults.join());
}

/** Damage shows when the file is opened, or in the check. */
async function openAndCheck(path: string): Promise<void> {
  const store = await openSqliteStore(path);
  try {
    await refuseFaults(store);
  } finally {
    await store.close();
  }
}

test("after a commit that was refused, a ping tells whether writes go through", async () => {
  const path = freshPath();
  const store = await openSqliteStore(path);
  const first = entryAfter(undefined);
  await store.commit(batchOf([first]));
  // As with a disk that is full: a transaction begins, and what it writes is refused.
  const other = new DatabaseSync(path);
  other.exec(
    "CREATE TRIGGER full BEFORE UPDATE ON relay BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
  );
  await expect(store.ping()).resolves.toBeUndefined();
  const second = batchOf([entryAfter(first)]);
  await expect(store.commit(second)).rejects.toThrow(StoreUnavailableError);
  await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
  other.exec("DROP TRIGGER full");
  other.close();
  await expect(store.ping()).resolves.toBeUndefined();
  expect(await store.commit(second)).toBe("committed");
  await store.close();
});

test("on a disk that is nearly full a ping tells that commits do not go through, though a page would", async ({
  skip,
}) => {
  const mounted = freshPath();
  // It takes rights that a user has not.
  const disk = await mountSmallDisk(mounted).catch((cause: unknown) =>
    skip(`no file system of its own can be had: ${smallDiskMissing() ?? String(cause)}`),
  );
  const store = await openSqliteStore(join(mounted, "vega.db"));
  try {
    let last: LogEntry | undefined;
    const commit = async () => {
      const next = entryAfter(last);
      await store.commit(batchOf([next], [memoryChange(`k${next.sequence}`, "x".repeat(40_000))]));
      last = next;
    };
    await commit();
    await disk.fill(64);
    const commits = async () => {
      for (let n = 0; n < 50; n += 1) await commit();
    };
    await expect(commits()).rejects.toThrow(StoreUnavailableError);
    await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
    await disk.empty();
    await expect(store.ping()).resolves.toBeUndefined();
    await commit();
  } finally {
    await store.close();
    await disk.close();
  }
});

test("a file that is no database is reported and left as it is", async () => {
  const path = freshPath();
  await writeFile(
    path,
    "this is not a database, and it is long enough to have a header ".repeat(9),
  );
  const before = await readFile(path);
  await expect(openSqliteStore(path)).rejects.toThrow(StoreCorruptError);
  expect(await readFile(path)).toEqual(before);
});

test("damaged pages are found by the check", async () => {
  const path = await filled();
  const file = await open(path, "r+");
  await file.write(Buffer.alloc(4_096 * 6, 0x5a), 0, 4_096 * 6, 4_096 * 12);
  await file.close();
  await expect(openAndCheck(path)).rejects.toThrow(StoreCorruptError);
});

test("a damaged file is looked at without folding its write-ahead log into it", async () => {
  const source = await filled();
  const store = await openSqliteStore(source);
  const entries = entriesAfter(await store.head(), 100);
  const changes = entries.map(({ sequence }) => memoryChange(`k${sequence}`, "x".repeat(900)));
  await store.commit(batchOf(entries, changes));
  // What a kill leaves behind: the file and its write-ahead log, both with writes of their own.
  const dataFolder = await mkdtemp(join(folder, "damaged-"));
  const path = join(dataFolder, "vega.db");
  await copyFile(source, path);
  await copyFile(`${source}-wal`, `${path}-wal`);
  await store.close();
  const file = await open(path, "r+");
  await file.write(Buffer.alloc(4_096 * 6, 0x5a), 0, 4_096 * 6, 4_096 * 12);
  await file.close();
  const read = () => Promise.all([readFile(path), readFile(`${path}-wal`)]);
  const before = await read();
  expect(before.map(({ length }) => length > 100_000)).toEqual([true, true]);

  const opened = openStore({ kind: "sqlite", folder: dataFolder }, refuseFaults);
  await expect(opened).rejects.toThrow(StoreCorruptError);
  const after = await read();
  expect(after.map((bytes, index) => bytes.equals(before[index] ?? bytes.subarray(1)))).toEqual([
    true,
    true,
  ]);
});

test("a file whose maker was killed before the tables were there is an empty log", async () => {
  const path = freshPath();
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL");
  database.close();
  const store = await openSqliteStore(path, "read");
  expect(await store.check()).toEqual([]);
  expect(await store.head()).toBeUndefined();
  await store.close();
});

test("a file from before a collection was declared is taken, and gets its table", async () => {
  const dataFolder = await mkdtemp(join(folder, "older-"));
  const path = join(dataFolder, "vega.db");
  await copyFile(await filled(), path);
  const database = new DatabaseSync(path);
  database.exec("DROP TABLE log_gaps; DROP TABLE usage_days");
  database.close();
  const looked: unknown[] = [];
  const store = await openStore({ kind: "sqlite", folder: dataFolder }, async (older) => {
    looked.push(await older.check("deep"), await older.query("log_gaps", {}));
  });
  expect(looked).toEqual([[], []]);
  expect(await store.query("usage_days", {})).toEqual([]);
  await store.close();
});

test("a file cut short is reported", async () => {
  const path = await filled();
  await truncate(path, 4_096 * 20);
  await expect(openAndCheck(path)).rejects.toThrow(StoreCorruptError);
});

test("a database that needs a newer version is refused and left as it is", async () => {
  const own = join(folder, `newer${(count += 1)}`);
  await mkdir(own);
  const path = join(own, "vega.db");
  await copyFile(await filled(), path);
  const database = new DatabaseSync(path);
  database.exec("PRAGMA user_version = 99; UPDATE data_format SET written_by = 100");
  database.close();
  const before = await readFile(path);
  const opening = openStore({ kind: "sqlite", folder: own }, refuseFaults);
  await expect(opening).rejects.toThrow(StoreTooNewError);
  await expect(opening).rejects.toThrow("data format 100 and needs");
  expect(await readFile(path)).toEqual(before);
});

describe("what was erased", () => {
  const TRACE = "TRACE-OF-HERS";
  /** How often a part of the trace stands in the database's files, in any case: terms of searches are folded. */
  const traces = async (path: string) => {
    const files = await Promise.all(
      ["", "-wal"].map((suffix) => readFile(path + suffix, "latin1").catch(() => "")),
    );
    return files.join("").toLowerCase().split("trace").length - 1;
  };

  /** Many accounts' entries and documents among one another; the traces are then erased. */
  async function eraseAmongOthers(store: Store) {
    const erased: number[] = [];
    const changes: Change[] = [];
    for (let round = 0; round < 40; round += 1) {
      const entries: LogEntry[] = [];
      const written: Change[] = [];
      const head = await store.head();
      for (let n = 0; n < 100; n += 1) {
        const hers = n % 10 === 0;
        const key = `${randomBytes(4).toString("hex")}${hers ? TRACE : ""}`;
        const value = (hers ? TRACE : "other").repeat(
          1 + ((round * 7 + n) % (n === 50 ? 900 : 30)),
        );
        const entry = entryAfter(
          entries.at(-1) ?? head,
          { value },
          { subject: `memory/${key}`, context: { actor: { id: key } } },
        );
        entries.push(entry);
        const change = { ...memoryChange("k", value), id: `default/${key}` };
        written.push(change);
        if (!hers) continue;
        erased.push(entry.sequence);
        changes.push({ ...change, body: null });
      }
      await store.commit(batchOf(entries, written));
    }
    const last = entryAfter(await store.head());
    await store.commit({ ...batchOf([last], changes), erased });
  }

  test("leaves no trace in the files, also not where pages were split", async () => {
    const path = freshPath();
    const store = await openSqliteStore(path);
    await eraseAmongOthers(store);
    expect(await store.scrub()).toBe("done");
    expect(await traces(path)).toBe(0);
    expect(await store.check("deep")).toEqual([]);
    await store.close();
  });

  test("leaves the write-ahead log once there are no readers, also after a crash", async () => {
    const path = freshPath();
    const store = await openSqliteStore(path);
    await store.commit(batchOf([entryAfter(undefined, { value: TRACE })]));
    const reader = await store.snapshot();
    await store.commit({ ...batchOf([entryAfter(await store.head())]), erased: [1] });
    expect(await store.scrub()).toBe("busy");
    expect(await traces(path)).toBeGreaterThan(0);
    for await (const _ of reader.documents);
    const other = await openSqliteStore(path);
    expect(await other.scrub()).toBe("done");
    expect(await traces(path)).toBe(0);
    await other.close();
    await store.close();
  });
});

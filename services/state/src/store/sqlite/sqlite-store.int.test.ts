import { mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { storeContract } from "../contract/store-contract.ts";
import { batchOf, entriesAfter, memoryChange } from "../contract/fixtures.ts";
import { StoreDamaged } from "../store.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const folder = await mkdtemp(join(tmpdir(), "vega-sqlite-"));
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
const freshPath = () => join(folder, `${(count += 1)}.db`);

storeContract("sqlite", () => {
  let path = freshPath();
  return Promise.resolve({
    open: () => openSqliteStore(path),
    reset() {
      path = freshPath();
      return Promise.resolve();
    },
    destroy: () => Promise.resolve(),
  });
});

async function filled(): Promise<string> {
  const path = freshPath();
  const store = await openSqliteStore(path);
  const entries = entriesAfter(undefined, 400);
  const changes = entries.map(({ sequence }) => memoryChange(`k${sequence}`, "x".repeat(200)));
  await store.commit(batchOf(entries, changes));
  await store.close();
  return path;
}

/** Damage shows when the file is opened, or in the check. */
async function openAndCheck(path: string): Promise<void> {
  const store = await openSqliteStore(path);
  try {
    const faults = await store.check();
    if (faults.length > 0) throw new StoreDamaged(faults.join());
  } finally {
    await store.close();
  }
}

test("a file that is no database is reported and left as it is", async () => {
  const path = freshPath();
  await writeFile(
    path,
    "this is not a database, and it is long enough to have a header ".repeat(9),
  );
  const before = await readFile(path);
  await expect(openSqliteStore(path)).rejects.toThrow(StoreDamaged);
  expect(await readFile(path)).toEqual(before);
});

test("damaged pages are found by the check", async () => {
  const path = await filled();
  const file = await open(path, "r+");
  await file.write(Buffer.alloc(4_096 * 6, 0x5a), 0, 4_096 * 6, 4_096 * 12);
  await file.close();
  await expect(openAndCheck(path)).rejects.toThrow(StoreDamaged);
});

test("a file cut short is reported", async () => {
  const path = await filled();
  await truncate(path, 4_096 * 20);
  await expect(openAndCheck(path)).rejects.toThrow(StoreDamaged);
});

test("a database of a newer format is refused", async () => {
  const path = await filled();
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(path);
  database.exec("PRAGMA user_version = 99");
  database.close();
  await expect(openSqliteStore(path)).rejects.toThrow(/format 99/);
});

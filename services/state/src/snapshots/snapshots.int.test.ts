import { createLogger } from "@vega/service-kit";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { batchOf, entryAfter, memoryChange } from "../store/contract/fixtures.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { openSnapshots } from "./snapshots.ts";

let folder: string;
let store: Store;
let now = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-mirror-"));
  store = await openSqliteStore(join(folder, "vega.db"));
  now = Date.parse("2026-01-31T12:00:00.000Z");
  await write(1);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function write(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const entry = entryAfter(await store.head());
    await store.commit(batchOf([entry], [memoryChange(`k${entry.sequence}`, entry.sequence)]));
  }
}

const open = (from: Store = store, logId = "a-log", erasedAt = 0) =>
  openSnapshots({
    erasedAt,
    store: from,
    logId,
    folder: join(folder, "snapshots"),
    log: createLogger("test", "silent"),
    intervalMs: 60_000,
    keep: 3,
    now: () => now,
  });
const files = () => readdir(join(folder, "snapshots", "a-log"));

test("a snapshot holds every document, and counts once it was read back", async () => {
  await write(4);
  const mirror = await open();
  expect(mirror.newest()).toBeUndefined();
  await mirror.refresh();
  expect(mirror.newest()).toMatchObject({
    sequence: 5,
    documents: 5,
    hash: (await store.head())?.hash,
    verified_at: "2026-01-31T12:00:00.000Z",
    ...(await store.format()),
  });
  const lines = gunzipSync(readFileSync(join(folder, "snapshots", "a-log", "5.ndjson.gz")))
    .toString()
    .trim()
    .split("\n");
  const values = new Set(lines.map((line): unknown => JSON.parse(line).body.value));
  expect(values).toEqual(new Set([1, 2, 3, 4, 5]));
  expect((await open()).newest()).toEqual(mirror.newest());
});

test("text with any kind of line break in it is one line of a snapshot", async () => {
  const entry = entryAfter(await store.head());
  const value = "one\ntwo\rthree\u2028four\u2029five\u0085six";
  await store.commit(batchOf([entry], [memoryChange("breaks", value)]));
  const mirror = await open();
  await mirror.refresh();
  expect(mirror.newest()?.documents).toBe(2);
});

test("is taken again only when the last one is old, and three are kept", async () => {
  const mirror = await open();
  await mirror.refresh();
  await write(1);
  await mirror.refresh();
  expect(mirror.newest()?.sequence).toBe(1);
  for (let n = 0; n < 4; n += 1) {
    now += 60_000;
    await write(1);
    await mirror.refresh();
  }
  expect(mirror.newest()?.sequence).toBe(6);
  expect((await files()).filter((name) => name.endsWith(".json"))).toEqual([
    "4.json",
    "5.json",
    "6.json",
  ]);
});

test("snapshots of a clock that was ahead are no reason to take none, and are removed first", async () => {
  const right = now;
  const mirror = await open();
  for (let n = 0; n < 3; n += 1) {
    now = right + (n + 1) * 3_600_000;
    await write(1);
    await mirror.refresh();
    // The file system's clock was ahead as well.
    for (const name of await files()) {
      if (name.startsWith(`${n + 2}.`)) {
        await utimes(join(folder, "snapshots", "a-log", name), now / 1_000, now / 1_000);
      }
    }
  }
  now = right;
  await write(1);
  await mirror.refresh();
  expect(mirror.newest()).toMatchObject({ sequence: 5, verified_at: new Date(now).toISOString() });
  expect(await files()).toContain("5.ndjson.gz");
  expect((await open()).newest()?.sequence).toBe(5);
  // With an erasure only the newest may stay.
  await mirror.renew();
  expect((await files()).toSorted()).toEqual(["5.json", "5.ndjson.gz"]);
});

test("a snapshot that fails does not count and leaves nothing behind", async () => {
  const broken: Store = {
    ...store,
    async snapshot() {
      const whole = await store.snapshot();
      return {
        ...whole,
        documents: (async function* () {
          yield* whole.documents;
          throw new Error("the database went away");
        })(),
      };
    },
  };
  const mirror = await open(broken);
  await mirror.refresh();
  expect(mirror.newest()).toBeUndefined();
  expect(await files()).toEqual([]);
});

test("renewed, it holds nothing from before", async () => {
  const mirror = await open();
  await mirror.refresh();
  await write(1);
  await mirror.renew();
  expect((await files()).toSorted()).toEqual(["2.json", "2.ndjson.gz"]);
  expect(mirror.newest()?.sequence).toBe(2);
});

test("after a crash, snapshots from before an erasure are deleted with the next successful one", async () => {
  const before = await open();
  for (let n = 0; n < 3; n += 1) {
    await before.refresh();
    now += 60_000;
    await write(1);
  }
  const leftover = join(folder, "snapshots", "a-log", ".taking-broken-off");
  await writeFile(leftover, "half a snapshot");
  await utimes(leftover, now / 1_000 - 7_200, now / 1_000 - 7_200);
  let away = true;
  const flaky: Store = {
    ...store,
    snapshot: () => (away ? Promise.reject(new Error("away")) : store.snapshot()),
  };
  const mirror = await open(flaky, "a-log", 3);
  await mirror.refresh();
  expect((await files()).length).toBe(6);
  away = false;
  await mirror.refresh();
  expect((await files()).toSorted()).toEqual(["4.json", "4.ndjson.gz"]);
  // Nothing from before is left: the age alone counts again.
  await write(1);
  await (await open(store, "a-log", 3)).refresh();
  expect((await files()).length).toBe(2);
});

test("a snapshot of another log does not count for this one", async () => {
  const first = await open();
  await first.refresh();
  const second = await open(store, "another-log");
  expect(second.newest()).toBeUndefined();
  await second.refresh();
  expect(second.newest()?.sequence).toBe(1);
  expect(await files()).toEqual(["1.json", "1.ndjson.gz"]);
});

test("two processes can use one folder at once", async () => {
  const [one, two] = [await open(), await open()];
  await Promise.all([one.refresh(), two.refresh()]);
  expect(one.newest()?.digest).toBe(two.newest()?.digest);
  expect((await files()).toSorted()).toEqual(["1.json", "1.ndjson.gz"]);
});

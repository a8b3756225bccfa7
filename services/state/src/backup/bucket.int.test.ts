import { createLogger } from "@vega/service-kit";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import type { Moto } from "../../../../scripts/moto/start.ts";
import { startMoto } from "../../../../scripts/moto/start.ts";
import { createWriter } from "../app/writer.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { makeBackup } from "./backup.ts";
import type { Backups } from "./backups.ts";
import { openBackups } from "./backups.ts";
import type { BucketConfig, Place } from "./bucket-config.ts";
import { openBucket } from "./bucket.ts";
import { backupToBucket, restoreFromBucket } from "./remote.ts";

const BUCKET = "vega-backups";
const MIB = 1024 * 1024;

let moto: Moto;
let folder: string;
let config: BucketConfig;
beforeAll(async () => {
  moto = await startMoto({ log: () => undefined });
  config = {
    endpoint: moto.url,
    region: "us-east-1",
    keyId: "key",
    secret: "secret",
    pathStyle: true,
  };
  await fetch(`${moto.url}/${BUCKET}`, { method: "PUT" });
}, 300_000);
afterAll(() => moto?.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-bucket-"));
  return () => rm(folder, { recursive: true });
});

const placeOf = (key: string): Place => ({ bucket: BUCKET, key });

async function newBucket(more: Partial<BucketConfig> = {}) {
  const bucket = await openBucket({ ...config, ...more });
  onTestFinished(() => bucket.close());
  return bucket;
}

async function newStore(): Promise<Store> {
  const store = await openSqliteStore(join(folder, "vega.db"));
  onTestFinished(() => store.close());
  const writer = createWriter({
    store,
    now: () => "2026-01-31T12:00:00.000Z",
    timeScale: 1,
    relayed: () => 0,
    onCommit: () => undefined,
    onCommitFailed: () => undefined,
  });
  await writer.open();
  return store;
}

test("a file of several parts comes back as it was", async () => {
  const bucket = await newBucket();
  const bytes = randomBytes(33 * MIB);
  await writeFile(join(folder, "sent"), bytes);
  await bucket.put(join(folder, "sent"), placeOf("parts/one"));
  await bucket.get(placeOf("parts/one"), join(folder, "back"));
  expect(bytes.equals(await readFile(join(folder, "back")))).toBe(true);
  expect(await bucket.list(placeOf("parts/"))).toEqual(["parts/one"]);
  await bucket.remove(placeOf("parts/one"));
  expect(await bucket.list(placeOf("parts/"))).toEqual([]);
});

test("an upload that is cut leaves nothing that could be taken for a backup, and says so", async () => {
  // Lets so many bytes through to the service, and then none any more.
  let left = 20 * MIB;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const upstream = connect(Number(new URL(moto.url).port), "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    client.on("data", (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) for (const socket of sockets) socket.destroy();
      else upstream.write(chunk);
    });
    upstream.pipe(client);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void proxy.close());
  await once(proxy, "listening");
  const { port } = proxy.address() as { port: number };
  const bucket = await newBucket({ endpoint: `http://127.0.0.1:${port}` });
  await writeFile(join(folder, "sent"), randomBytes(40 * MIB));
  await expect(bucket.put(join(folder, "sent"), placeOf("cut/one"))).rejects.toThrow(
    /^s3:\/\/vega-backups\/cut\/one at .*(can't be reached|does not answer).*; see VEGA_S3_ENDPOINT$/,
  );
  expect(await (await newBucket()).list(placeOf("cut/"))).toEqual([]);
});

test.each([
  ["a bucket that is not there", { bucket: "no-such-bucket" }, {}, /no such bucket; make it/],
  ["a key that is not there", { key: "nothing" }, {}, /there is no such backup/],
  [
    "nobody listens",
    {},
    { endpoint: "http://127.0.0.1:1" },
    /can't be reached \(ECONNREFUSED\); see VEGA_S3_ENDPOINT/,
  ],
])("%s is named, with what to do", async (_name, where, how, message) => {
  const bucket = await newBucket(how);
  const place = { ...placeOf("one"), ...where };
  await expect(bucket.get(place, join(folder, "back"))).rejects.toThrow(message);
});

test("a backup goes there and comes back from there; what lies there is not replaced", async () => {
  const store = await newStore();
  const place = placeOf("by-hand/one.vega");
  const make = (path: string) => makeBackup(store, path, "2026-01-31T12:00:00.000Z");
  const manifest = await backupToBucket(config, place, make);
  const read = restoreFromBucket(config, place, async (path) => {
    expect((await readFile(path)).length).toBeGreaterThan(100);
    return manifest;
  });
  expect(await read).toEqual(manifest);
  await expect(backupToBucket(config, place, make)).rejects.toThrow("is there already");
});

test("copies of what is made by itself are kept as long as backups are, also where the bucket was away", async () => {
  const store = await newStore();
  let now = Date.parse("2026-01-31T12:00:00Z");
  const open = (endpoint: string): Promise<Backups> =>
    openBackups({
      store,
      logId: "log-of-test",
      config: {
        folder: join(folder, "backups"),
        intervalMs: 3_600_000,
        keep: { daily: 2, weekly: 0, monthly: 0 },
        bucket: { place: placeOf("by-itself"), config: { ...config, endpoint } },
      },
      log: createLogger("test", "silent"),
      now: () => now,
    });
  const away = await open("http://127.0.0.1:1");
  // The backup counts, and its copy is missed.
  expect((await away.make()).copy).toBeUndefined();
  expect(away.lastError()).toMatch(/can't be reached/);
  const backups = await open(moto.url);
  await backups.due();
  expect(backups.newest()?.copy).toBe(
    "s3://vega-backups/by-itself/log-of-test/2026-01-31T12-00-00-000Z.vega",
  );
  expect(backups.lastError()).toBeNull();
  for (let day = 0; day < 3; day += 1) {
    now += 24 * 3_600_000;
    await backups.due();
  }
  const bucket = await newBucket();
  const kept = ["2026-02-02T12-00-00-000Z.vega", "2026-02-03T12-00-00-000Z.vega"];
  expect(await bucket.list(placeOf("by-itself/"))).toEqual(
    kept.map((name) => `by-itself/log-of-test/${name}`),
  );
  const local = await readdir(join(folder, "backups", "log-of-test"));
  expect(local.filter((name) => name.endsWith(".vega"))).toEqual(kept);
});

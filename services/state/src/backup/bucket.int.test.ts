import { CHUNK_BYTES } from "@vega/contracts";
import { createLogger } from "@vega/service-kit";
import { until } from "@vega/test-support";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import type { Moto } from "../../../../tools/moto/start.ts";
import { startMoto } from "../../../../tools/moto/start.ts";
import { openFileBlobs } from "../blobs/files/file-blobs.ts";
import { openBlobs } from "../blobs/open.ts";
import { verifyBlob } from "../blobs/streams.ts";
import { createWriter } from "../log/writer.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { makeBackup, restoreBackup } from "./backup.ts";
import type { Backups } from "./backups.ts";
import { nameBlobs, putBlob, withoutBlobs } from "./testing.ts";
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

async function newBucket(more: Partial<BucketConfig> = {}, now?: () => number) {
  const bucket = await openBucket({ ...config, ...more }, now);
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

/** Passes a number of bytes to the service, then cuts or mutes the connection. */
async function startProxy(bytes: number, end: "cut" | "silent") {
  let left = bytes;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const upstream = connect(Number(new URL(moto.url).port), "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    client.on("data", (chunk: Buffer) => {
      left -= chunk.length;
      if (left >= 0) upstream.write(chunk);
      else if (end === "cut") for (const socket of sockets) socket.destroy();
    });
    upstream.pipe(client);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  await once(proxy, "listening");
  const { port } = proxy.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, ended: () => left < 0 };
}

test("an upload that is cut leaves nothing that could be taken for a backup, and says so", async () => {
  const bucket = await newBucket({ endpoint: (await startProxy(20 * MIB, "cut")).url });
  await writeFile(join(folder, "sent"), randomBytes(40 * MIB));
  await expect(bucket.put(join(folder, "sent"), placeOf("cut/one"))).rejects.toThrow(
    /^s3:\/\/vega-backups\/cut\/one at .*(can't be reached|does not answer).*; see VEGA_S3_ENDPOINT$/,
  );
  expect(await (await newBucket()).list(placeOf("cut/"))).toEqual([]);
});

test("kill -9 in mid-upload leaves no object, and its parts go with a later upload", async () => {
  const { url, ended } = await startProxy(20 * MIB, "silent");
  await writeFile(join(folder, "sent"), randomBytes(40 * MIB));
  const code = `
    const { openBucket } = await import(${JSON.stringify(new URL("./bucket.ts", import.meta.url))});
    const bucket = await openBucket(${JSON.stringify({ ...config, endpoint: url })});
    await bucket.put(${JSON.stringify(join(folder, "sent"))}, ${JSON.stringify(placeOf("killed/one"))});`;
  const uploader = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: "ignore",
  });
  onTestFinished(() => void uploader.kill("SIGKILL"));
  const exited = once(uploader, "exit");
  await until("it is in the midst of the upload", ended);
  uploader.kill("SIGKILL");
  await exited;
  expect(await (await newBucket()).list(placeOf("killed/"))).toEqual([]);
  const unfinished = async () => {
    const answer = await fetch(`${moto.url}/${BUCKET}?uploads`);
    return (await answer.text()).includes("<Key>killed/one</Key>");
  };
  // moto says of every upload that it began then.
  const began = Date.parse("2010-11-10T20:48:33Z");
  const uploadAfter = async (hours: number) => {
    await writeFile(join(folder, "small"), "small");
    const bucket = await newBucket({}, () => began + hours * 3_600_000);
    await bucket.put(join(folder, "small"), placeOf("killed/two"));
  };
  // So soon it may be another's that is still at work.
  await uploadAfter(23);
  expect(await unfinished()).toBe(true);
  await uploadAfter(25);
  expect(await unfinished()).toBe(false);
});

/** A key that moto knows, of a user who may do nothing; from now on keys and signatures are looked at. */
async function lookAtKeys() {
  const ask = async (form: Record<string, string>) => {
    const authorization = "AWS4-HMAC-SHA256 Credential=a/20260131/us-east-1/iam/aws4_request";
    const body = new URLSearchParams({ ...form, UserName: "stranger", Version: "2010-05-08" });
    const answer = await fetch(moto.url, { method: "POST", headers: { authorization }, body });
    return answer.text();
  };
  await ask({ Action: "CreateUser" });
  const xml = await ask({ Action: "CreateAccessKey" });
  const [keyId = "", secret = ""] = ["AccessKeyId", "SecretAccessKey"].map(
    (name) => new RegExp(`<${name}>(.+)</${name}>`).exec(xml)?.[1],
  );
  const lookAfter = (requests: string) =>
    fetch(`${moto.url}/moto-api/reset-auth`, { method: "POST", body: requests });
  await lookAfter("0");
  onTestFinished(async () => void (await lookAfter("inf")));
  return { keyId, secret };
}

test("each error of credentials or bucket has its own message, with the remedy", async () => {
  const { keyId, secret } = await lookAtKeys();
  const refusalOf = async (keys: Partial<BucketConfig>) =>
    (await newBucket(keys)).list(placeOf("one")).then(
      () => "it is let in",
      (error: unknown) => String(error),
    );
  expect(await refusalOf({ keyId: "AKIAUNKNOWN", secret })).toMatch(
    /the key is not known there; see VEGA_S3_KEY_ID$/,
  );
  expect(await refusalOf({ keyId, secret: "another" })).toMatch(
    /the secret is not that of the key; see VEGA_S3_SECRET$/,
  );
  expect(await refusalOf({ keyId, secret })).toMatch(
    /may not be used with this key; see its policy/,
  );
});

test.each([
  ["a bucket that is not there", { bucket: "no-such-bucket" }, {}, /no such bucket; make it/],
  ["a key that is not there", { key: "nothing" }, {}, /there is no such backup/],
  [
    "no listener",
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
  const make = (path: string) =>
    makeBackup(store, path, "2026-01-31T12:00:00.000Z", withoutBlobs(folder));
  const manifest = await backupToBucket(config, place, make);
  const read = restoreFromBucket(config, place, async (path) => {
    expect((await readFile(path)).length).toBeGreaterThan(100);
    return manifest;
  });
  expect(await read).toEqual(manifest);
  await expect(backupToBucket(config, place, make)).rejects.toThrow("is there already");
});

test("copies share their blobs in the bucket, and come back with them", async () => {
  const store = await newStore();
  let now = Date.parse("2026-01-31T12:00:00Z");
  const time = () => new Date(now).toISOString();
  const blobs = openFileBlobs(join(folder, "blobs"));
  const backups = await openBackups({
    store,
    blobs,
    logId: "log-of-test",
    iterationAt: async () => 0,
    config: {
      folder: join(folder, "backups"),
      intervalMs: 3_600_000,
      phases: 0,
      keep: { daily: 1, weekly: 0, monthly: 0 },
      bucket: { place: placeOf("with-blobs"), config },
    },
    log: createLogger("test", "silent"),
    now: () => now,
  });
  const [old, kept] = [
    await putBlob(blobs, randomBytes(CHUNK_BYTES + 1), now),
    await putBlob(blobs, randomBytes(9), now),
  ];
  await nameBlobs(store, [old, kept], time());
  const byHand = await backups.make();
  await nameBlobs(store, [kept], time());
  now += 24 * 3_600_000;
  await backups.due();
  const bucket = await newBucket();
  const there = async () =>
    (await bucket.list(placeOf("with-blobs/log-of-test/blobs/"))).map((key) => basename(key));
  expect(new Set(await there())).toEqual(new Set([old, kept]));
  const target = { kind: "sqlite" as const, folder: join(folder, "target") };
  await restoreFromBucket(
    config,
    placeOf(byHand.copy?.replace(/^s3:\/\/[^/]*\//, "") ?? ""),
    (path) => restoreBackup(target, path),
  );
  await verifyBlob(openBlobs(target), old);
  await verifyBlob(openBlobs(target), kept);

  await bucket.remove(placeOf(byHand.copy?.replace(/^s3:\/\/[^/]*\//, "") ?? ""));
  now += 24 * 3_600_000;
  await backups.due();
  // Its list is left as long as another replica may be about to finish such a copy.
  now += 2 * 24 * 3_600_000;
  await backups.due();
  now += 24 * 3_600_000;
  await backups.due();
  expect(await there()).toEqual([kept]);
});

test("copies of what is made by itself are kept as long as backups are, also where the bucket was away", async () => {
  const store = await newStore();
  let now = Date.parse("2026-01-31T12:00:00Z");
  const open = (endpoint: string): Promise<Backups> =>
    openBackups({
      store,
      blobs: withoutBlobs(folder).blobs,
      logId: "log-of-test",
      iterationAt: async () => 0,
      config: {
        folder: join(folder, "backups"),
        intervalMs: 3_600_000,
        phases: 0,
        keep: { daily: 2, weekly: 0, monthly: 0 },
        bucket: { place: placeOf("by-itself"), config: { ...config, endpoint } },
      },
      log: createLogger("test", "silent"),
      now: () => now,
    });
  const away = await open("http://127.0.0.1:1");
  // The backup counts, and its copy is missed.
  await away.due();
  expect(away.newest()).toBeDefined();
  expect(away.newest()?.copy).toBeUndefined();
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
  // One that somebody asked for, in the midst of them, stays.
  now -= 30 * 3_600_000;
  const byHand = await backups.make();
  now += 30 * 3_600_000;
  await backups.due();
  const bucket = await newBucket();
  const kept = ["2026-02-02T12-00-00-000Z.vega", "2026-02-03T12-00-00-000Z.vega"];
  const stays = basename(byHand.file);
  expect(await bucket.list(placeOf("by-itself/"))).toEqual([
    ...kept.map((name) => `by-itself/log-of-test/${name}`),
    `by-itself/log-of-test/by-hand/${stays}`,
  ]);
  const local = await readdir(join(folder, "backups", "log-of-test"));
  const files = local.filter((name) => name.endsWith(".vega"));
  expect(files.toSorted((a, b) => a.localeCompare(b))).toEqual(
    [stays, ...kept].toSorted((a, b) => a.localeCompare(b)),
  );
});

import { MongoClient } from "mongodb";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { startSecantus } from "../../../../tools/secantus/start.ts";
import { genesis } from "../entities/crystal/seed.ts";
import { sealAll } from "../log/seal-all.ts";
import { GENESIS_HASH } from "../log/chain.ts";
import { DATA_FORMAT } from "../store/data-format.ts";
import { NASTY } from "../store/contract/fixtures.ts";
import { openMongoStore } from "../store/mongo/mongo-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { CHUNK_BYTES, memory, memoryId, systemContext } from "@vega/contracts";
import { openFileBlobs } from "../blobs/files/file-blobs.ts";
import { blobPath } from "../blobs/files/folders.ts";
import {
  backupDatabase,
  VerificationError,
  restoreDatabase,
  verifyBlobs,
} from "../verification/verify.ts";
import { restoreBackup } from "./backup.ts";
import { forge, nameBlobs, putBlob } from "./testing.ts";

const TIME = "2026-01-31T12:00:00.000Z";
const tell = (text: string) => console.warn(text);
const server = await startSecantus({ log: tell }).catch((error: unknown) => {
  // Where releases are made these tests have to run; elsewhere a machine may lack what they need.
  if (process.env["CI"]) throw error;
  tell(`SKIPPED: backups were not tried on MongoDB. ${String(error)}`);
});
afterAll(() => server?.close());

describe.skipIf(!server)("a backup", () => {
  let folder: string;
  let url: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "vega-backup-mongo-"));
    url = server?.urlOf(`backup${randomUUID().slice(0, 8)}`) ?? "";
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("goes from SQLite to MongoDB and back, and is the same", async () => {
    await fill(join(folder, "vega.db"));
    const [one, two] = [join(folder, "one.vega"), join(folder, "two.vega")];
    const sha256s = await fillBlobs(folder);
    const first = await backupDatabase({ kind: "sqlite", folder }, one, TIME);
    await restoreBackup({ kind: "mongo", url }, one);
    await expect(restoreBackup({ kind: "mongo", url }, one)).rejects.toThrow("has a log already");
    const second = await backupDatabase({ kind: "mongo", url }, two, TIME);
    expect({ ...second, digest: "" }).toEqual({ ...first, digest: "" });
    expect(second).toMatchObject({ blobs: 2, missing_blobs: 0 });
    expect(await verifyBlobs({ kind: "mongo", url }, "digests")).toMatchObject({
      named: 2,
      faults: [],
    });
    const target = { kind: "sqlite" as const, folder: join(folder, "target") };
    await restoreBackup(target, two);
    expect(await verifyBlobs(target, "digests")).toMatchObject({ named: 2, faults: [] });
    for (const sha256 of sha256s) {
      const path = (of: string) => blobPath(join(of, "blobs"), sha256);
      expect((await readFile(path(target.folder))).equals(await readFile(path(folder)))).toBe(true);
    }
    const [before, after] = await Promise.all([
      logOf(join(folder, "vega.db")),
      logOf(join(target.folder, "vega.db")),
    ]);
    expect(after).toEqual(before);
    const mongo = await openMongoStore(url);
    expect((await mongo.get("memory", "default/nasty"))?.["value"]).toEqual(NASTY);
    await mongo.close();
  });

  test("that was altered with care leaves nothing in the database", async () => {
    await fill(join(folder, "vega.db"));
    const file = join(folder, "one.vega");
    await backupDatabase({ kind: "sqlite", folder }, file, TIME);
    await forge(file, (line) =>
      line.replaceAll('"by":null', '"by":"me"').replace('"bytes":', '"bytes":1'),
    );
    await expect(restoreBackup({ kind: "mongo", url }, file)).rejects.toThrow("is broken");
    const mongo = await openMongoStore(url);
    expect(await mongo.head()).toBeUndefined();
    await mongo.close();
  });

  test("that needs a newer version is refused before a collection is made", async () => {
    await fill(join(folder, "vega.db"));
    const file = join(folder, "one.vega");
    await backupDatabase({ kind: "sqlite", folder }, file, TIME);
    const newer = `"min_reader":${DATA_FORMAT + 1}`;
    await forge(file, (line) => line.replace(/"min_reader":\d+/, newer));
    const restoring = restoreDatabase({ kind: "mongo", url }, file);
    await expect(restoring).rejects.toThrow(`data format ${DATA_FORMAT + 1} or newer`);
    const client = new MongoClient(url);
    expect(await client.db().listCollections().toArray()).toEqual([]);
    await client.close();
  });

  test("is not restored where there is no server, in words", async () => {
    await fill(join(folder, "vega.db"));
    const file = join(folder, "one.vega");
    await backupDatabase({ kind: "sqlite", folder }, file, TIME);
    const unreachable = { kind: "mongo" as const, url: "mongodb://127.0.0.1:1/vega" };
    await expect(restoreDatabase(unreachable, file)).rejects.toThrow(VerificationError);
  });
});

/** A fresh system that remembers what databases get wrong. */
async function fill(path: string): Promise<void> {
  const store = await openSqliteStore(path);
  const context = systemContext("test");
  const entry = {
    namespace: "default",
    key: "nasty",
    value: NASTY,
    expires_at: null,
    updated_at: TIME,
    bytes: Buffer.byteLength(JSON.stringify(NASTY)),
  };
  const remembered = {
    type: memory.events.changed.type,
    subject: `memory/${memoryId("default", "nasty")}`,
    data: entry,
    sideChanges: [],
  };
  const events = [genesis(TIME, 1), remembered].map((event) => ({ event, context }));
  const sealed = sealAll(events, { time: TIME }, { sequence: 0, hash: GENESIS_HASH });
  await store.commit({ expectedSequence: 0, relayed: 0, ...sealed });
  await store.close();
}

/** Two blobs that a message names, and one that none does. */
async function fillBlobs(folder: string): Promise<string[]> {
  const blobs = openFileBlobs(join(folder, "blobs"));
  const named = [
    await putBlob(blobs, randomBytes(3 * CHUNK_BYTES + 1), Date.parse(TIME)),
    await putBlob(blobs, randomBytes(10), Date.parse(TIME)),
  ];
  await putBlob(blobs, randomBytes(11), Date.parse(TIME));
  const store = await openSqliteStore(join(folder, "vega.db"));
  await nameBlobs(store, named, TIME);
  await store.close();
  return named;
}

async function logOf(path: string) {
  const store = await openSqliteStore(path, "read");
  const log = await store.readLog({ after: 0, limit: 100 });
  await store.close();
  return log;
}

import { BSON, MongoClient } from "mongodb";
import type { IndexDescription } from "mongodb";
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { startSecantus } from "../../../tools/secantus/start.ts";
import { checkIntegrity } from "./verification/integrity.ts";
import { createWriter } from "./log/writer.ts";
import type { StateConfig } from "./config.ts";
import { decidePutMemory } from "./entities/memory/commands.ts";
import { inspectDatabase } from "./verification/inspect.ts";
import { DATA_FORMAT, MIN_READER } from "./store/data-format.ts";
import { openStore } from "./store/open.ts";
import type { Store } from "./store/store.ts";
import {
  backupDatabase,
  replayDatabase,
  restoreDatabase,
  verifyDatabase,
} from "./verification/verify.ts";

/* Data that released versions wrote, tests/fixtures/format-*: this version reads them as they are, and goes on with them. */

const FIXTURES = new URL("../../../tests/fixtures/", import.meta.url).pathname;
const LIMITS = { valueBytes: 65_536, keys: 1_000, namespaceBytes: 1_048_576, schemaBytes: 1_000 };
const TIME = "2026-12-01T12:00:00.000Z";
const formats = readdirSync(FIXTURES)
  .map((name) => ({ name, format: Number(/^format-(\d+)$/.exec(name)?.[1]) }))
  .filter(({ format }) => format > 0);

interface DumpedCollection {
  readonly name: string;
  readonly validation: object;
  readonly indexes: (IndexDescription & { name: string })[];
  readonly documents: object[];
}

const tell = (text: string) => console.warn(text);
const server = await startSecantus({ log: tell }).catch((error: unknown) => {
  // Where releases are made these tests have to run; elsewhere a machine may lack what they need.
  if (process.env["CI"]) throw error;
  tell(`SKIPPED: older data were not tried on MongoDB. ${String(error)}`);
});
afterAll(() => server?.close());

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-older-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("there is a fixture of every released format", () => {
  expect(formats.map(({ format }) => format)).toContain(1);
});

describe.each(formats)("data of $name", ({ name, format }) => {
  const fixture = (file: string) => join(FIXTURES, name, file);
  const marks = { written_by: format, min_reader: expect.any(Number) as number };

  async function unpackFolder(): Promise<StateConfig["store"] & { kind: "sqlite" }> {
    await writeFile(join(folder, "vega.db"), gunzipSync(await readFile(fixture("vega.db.gz"))));
    return { kind: "sqlite", folder };
  }

  async function loadMongo(): Promise<StateConfig["store"] & { kind: "mongo" }> {
    const url = server?.urlOf(`f${randomUUID().slice(0, 8)}`) ?? "";
    const text = gunzipSync(await readFile(fixture("mongo.json.gz"))).toString();
    const dump = BSON.EJSON.parse(text) as DumpedCollection[];
    const client = new MongoClient(url);
    for (const { name: collection, validation, indexes, documents } of dump) {
      const made = await client.db().createCollection(collection, validation);
      if (indexes.length > 0) await made.createIndexes(indexes);
      if (documents.length > 0) await made.insertMany(documents);
    }
    await client.close();
    return { kind: "mongo", url };
  }

  const verifies = async (config: StateConfig["store"]) => {
    expect(await verifyDatabase(config)).toMatchObject({ sound: true });
    expect(await replayDatabase(config, 0)).toMatchObject({ same: true });
  };

  async function findsAll(store: Store): Promise<void> {
    const topic = await store.search("memory", { text: "RAV", limit: 5 });
    expect(topic).toMatchObject({ found: [{ id: "default/topic" }], complete: true });
    const question = await store.search("messages", { text: "system how", limit: 5 });
    expect(question).toMatchObject({ complete: true });
    expect(question.found.map(({ body }) => body.content)).toContain("how is the system?");
  }

  /** As the service does it: open, check, commit. */
  async function goOn(config: StateConfig["store"]): Promise<void> {
    const store = await openStore(config, checkIntegrity);
    try {
      expect(await store.format()).toEqual(marks);
      // Versions that would lose the index could still write.
      if (format < MIN_READER) expect(await store.indexOlder()).toBe("waiting");
      const writer = createWriter({
        store,
        now: () => TIME,
        timeScale: 1,
        relayed: () => 0,
        onCommit: () => undefined,
        onCommitFailed: () => undefined,
      });
      await writer.open();
      const { sequence } = writer.head();
      const put = decidePutMemory("default", [{ key: "after", value: 1 }], LIMITS);
      await writer.submit(put, { actor: { id: "admin" } });
      expect(await store.head()).toMatchObject({ sequence: sequence + 1 });
      expect(await store.get("memory", "default/topic")).toMatchObject({ value: "ravens" });
      expect(await store.format()).toEqual({ written_by: DATA_FORMAT, min_reader: MIN_READER });
      while ((await store.indexOlder()) === "more");
      await findsAll(store);
    } finally {
      await store.close();
    }
    await verifies(config);
  }

  test("a data folder is read as it is, verified and replayed", async () => {
    const config = await unpackFolder();
    const before = await readFile(join(folder, "vega.db"));
    expect(await inspectDatabase(config)).toMatchObject({ kind: "sound", format: marks });
    await verifies(config);
    expect(await readFile(join(folder, "vega.db"))).toEqual(before);
  });

  test("a data folder is opened, and written to", async () => {
    await goOn(await unpackFolder());
  });

  test("a backup is restored, and its database written to", async () => {
    const config = { kind: "sqlite" as const, folder: join(folder, "restored") };
    expect(await restoreDatabase(config, fixture("backup.vega"))).toMatchObject(marks);
    await verifies(config);
    const store = await openStore(config, checkIntegrity);
    expect((await store.query("users", {})).map(({ body }) => body["username"])).toContain("ada");
    await findsAll(store);
    await store.close();
  });

  test("a backup made of a data folder has the marks of the data", async () => {
    const file = join(folder, "made.vega");
    expect(await backupDatabase(await unpackFolder(), file, TIME)).toMatchObject(marks);
    const restored = { kind: "sqlite" as const, folder: join(folder, "restored") };
    expect(await restoreDatabase(restored, file)).toMatchObject(marks);
  });

  test.skipIf(!server)("a MongoDB is verified, opened and written to", async () => {
    const config = await loadMongo();
    expect(await inspectDatabase(config)).toMatchObject({ kind: "sound", format: marks });
    await verifies(config);
    await goOn(config);
  });
});

import { MongoClient } from "mongodb";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { until } from "../../../../../tests/support/src/until.ts";
import type { Secantus } from "../../../../../tools/secantus/start.ts";
import { startSecantus } from "../../../../../tools/secantus/start.ts";
import { blobContract } from "../../blobs/contract/blob-contract.ts";
import { openMongoBlobs } from "../../blobs/mongo/mongo-blobs.ts";
import { batchOf, entriesAfter, entryAfter, memoryChange } from "../contract/fixtures.ts";
import { formatContract } from "../contract/format-contract.ts";
import type { Subject } from "../contract/subject.ts";
import { storeContract } from "../contract/store-contract.ts";
import { inspectDatabase } from "../../verification/inspect.ts";
import { verifyDatabase } from "../../verification/verify.ts";
import { DATA_FORMAT, MIN_READER } from "../data-format.ts";
import type { Store } from "../store.ts";
import { StoreUnavailableError, StoreUnsuitableError } from "../store.ts";
import { createCommitSessions } from "./commit-sessions.ts";
import { LOG_HEAD } from "./documents.ts";
import { openMongoStore } from "./mongo-store.ts";
import { setUp } from "./setup.ts";
import { startLossyProxy } from "./testing.ts";
import { WriteRefusedError } from "./write-error.ts";

const tell = (text: string) => console.warn(text);
const server = await startSecantus({ log: tell }).catch((error: unknown) => {
  // Where releases are made these tests have to run; elsewhere a machine may lack what they need.
  if (process.env["CI"]) throw error;
  tell(`SKIPPED: the MongoDB adapter was not tested. ${String(error)}`);
});
const running = server ?? ({} as Secantus);
afterAll(() => server?.close());

describe.skipIf(!server)("on a MongoDB server", () => {
  const newDatabase = () => running.urlOf(`t${randomUUID().slice(0, 8)}`);

  const subject = (): Promise<Subject> => {
    let url = newDatabase();
    return Promise.resolve({
      open: () => openMongoStore(url),
      reset() {
        url = newDatabase();
        return Promise.resolve();
      },
      async dropIndex() {
        const client = new MongoClient(url);
        const all = await client.db().listCollections().toArray();
        for (const { name } of all) {
          await client
            .db()
            .collection(name)
            .updateMany({}, { $unset: { search: "" } });
        }
        await client.db().collection("search_index").drop();
        await client.close();
      },
      destroy: () => Promise.resolve(),
    });
  };
  storeContract("mongo", subject);
  formatContract("mongo", subject);
  blobContract("mongo", () => Promise.resolve(openMongoBlobs(newDatabase())));

  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });
  const open = async (url = newDatabase()): Promise<Store> => {
    const store = await openMongoStore(url);
    opened.push(store);
    return store;
  };
  /** A look at the database past the adapter. */
  const peek = (url: string) => {
    const client = new MongoClient(url);
    opened.push(client);
    return client.db();
  };
  const commitNext = async (store: Store, value: string) => {
    const change = memoryChange("k", value);
    return store.commit(batchOf([entryAfter(await store.head())], [change]));
  };
  const millisecondsOf = async (work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };

  test("opened to read, it makes nothing, and its log can be verified", async () => {
    const url = newDatabase();
    expect(await verifyDatabase({ kind: "mongo", url })).toMatchObject({ sound: true, entries: 0 });
    expect(await peek(url).listCollections().toArray()).toEqual([]);
    const store = await open(url);
    await store.commit(batchOf(entriesAfter(undefined, 3)));
    const { hash = "" } = (await store.head()) ?? {};
    const anchor = { sequence: 3, hash };
    expect(await verifyDatabase({ kind: "mongo", url }, [anchor])).toMatchObject({ entries: 3 });
    const log = peek(url).collection("log");
    await log.updateOne({ sequence: 2 }, { $set: { subject: "memory/default/K" } });
    expect(await verifyDatabase({ kind: "mongo", url })).toMatchObject({ sequence: 2 });
    await log.deleteOne({ sequence: 3 });
    expect(await verifyDatabase({ kind: "mongo", url })).toMatchObject({ sound: false });
  });

  test("documents are easy to read in a shell", async () => {
    const url = newDatabase();
    const store = await open(url);
    const entry = entryAfter(undefined, { $set: { "a.b": 1 } });
    await store.commit(batchOf([entry], [memoryChange("k", { $inc: 1 })]));
    const db = peek(url);
    expect(
      await db.collection<{ _id: string }>("memory").findOne({ _id: "default/k" }),
    ).toMatchObject({
      _id: "default/k",
      body: { namespace: "default", key: "k", value: { "~$inc": 1 } },
    });
    expect(await db.collection("log").findOne({ sequence: 1 })).toMatchObject({
      _id: entry.id,
      type: entry.type,
      data: { "~$set": { "a.b": 1 } },
    });
    expect(await db.collection("log_head").findOne()).toEqual({
      _id: "head",
      sequence: 1,
      hash: entry.hash,
      log_id: entry.id,
      relayed: 0,
      written_by: DATA_FORMAT,
      min_reader: MIN_READER,
    });
  });

  test("keeps what the driver would take for values of BSON", async () => {
    const store = await open();
    const value = {
      reference: { $ref: "log", $id: 1, $db: "admin" },
      type: { _bsontype: "ObjectId", id: "0".repeat(24) },
      "~": { "~~": 1, "~$": 2, $: 3 },
      extended: { $oid: "0".repeat(24), $date: 0, $numberLong: "1" },
      many: Array.from({ length: 12 }, (_, index) => ({ [index]: index, "a..b": null, ".": [] })),
      zero: [0, -0, 1e21, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 31 - 1, 4_294_967_296.5],
    };
    const entry = entryAfter(undefined, value);
    await store.commit(batchOf([entry], [memoryChange("k", value)]));
    await store.commit(batchOf([entryAfter(entry)], [memoryChange("k", value)]));
    expect((await store.get("memory", "default/k"))?.["value"]).toEqual(value);
    expect((await store.readLog({ after: 0, limit: 1 }))[0]?.data).toEqual(value);
  });

  test("a document that is not as its schema says is refused, by name and without its values", async () => {
    const store = await open();
    const body = { ...memoryChange("k", "secret").body, bytes: -1 };
    const commit = store.commit(
      batchOf(
        [entryAfter(undefined)],
        [memoryChange("a", 1), { collection: "memory", id: "default/k", body }],
      ),
    );
    const error = await commit.then(String, (cause: unknown) => cause);
    expect(error).toBeInstanceOf(WriteRefusedError);
    expect(String(error)).toContain("memory default/k");
    expect(JSON.stringify(error) + String(error)).not.toContain("secret");
    expect(await store.head()).toBeUndefined();
    expect(await store.query("memory", {})).toEqual([]);
  });

  test("a broken entry is refused by its sequence", async () => {
    const store = await open();
    const entry = { ...entryAfter(undefined), time: "yesterday" };
    await expect(store.commit(batchOf([entry]))).rejects.toThrow(/log 1: .*121/);
  });

  test("may be set up by several replicas at once, and again, and after another version", async () => {
    const url = newDatabase();
    const stores = await Promise.all([open(url), open(url), open(url)]);
    expect(await commitNext(stores[0], "a")).toBe("committed");
    const db = peek(url);
    const indexes = await db.collection("log").indexes();
    expect(new Set(indexes.map(({ name }) => name))).toEqual(
      new Set([
        "_id_",
        "log_sequence",
        "log_subject_sequence",
        "log_type_sequence",
        "log_actor_sequence",
      ]),
    );
    const validator = async (name: string) => {
      const [info] = await db.listCollections({ name }).toArray();
      return (info as { options?: { validator?: unknown } }).options?.validator;
    };
    const before = await validator("cores");
    expect(before).toMatchObject({ $jsonSchema: { properties: { body: { bsonType: "object" } } } });
    await db.command({ collMod: "cores", validator: {} });
    await open(url);
    expect(await validator("cores")).toEqual(before);
  });

  test("a start that finds everything as it should be changes nothing", async () => {
    const url = newDatabase();
    await open(url);
    const client = new MongoClient(url, { monitorCommands: true });
    opened.push(client);
    const commands: string[] = [];
    client.on("commandStarted", ({ commandName }) => commands.push(commandName));
    await setUp(client.db());
    expect(new Set(commands)).toEqual(new Set(["listCollections", "createIndexes"]));
  });

  test("two replicas that commit at once: each sequence has one winner", async () => {
    const url = newDatabase();
    const replicas = await Promise.all([open(url), open(url)]);
    await commitNext(replicas[0], "first");
    const outcomes = { committed: 0, conflict: 0 };
    const write = async (replica: Store, times: number) => {
      for (let done = 0; done < times;) {
        const outcome = await commitNext(replica, `${done}`);
        outcomes[outcome] += 1;
        if (outcome === "committed") done += 1;
      }
    };
    await Promise.all(replicas.map((replica) => write(replica, 25)));
    expect(outcomes.committed).toBe(50);
    const [a, b] = replicas;
    expect((await a.head())?.sequence).toBe(51);
    expect(await a.check()).toEqual([]);
    const entries = await b.readLog({ after: 0, limit: 100 });
    expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
  });

  test("a snapshot whose reader stops early lets go of its transaction", async () => {
    const url = newDatabase();
    const store = await open(url);
    await commitNext(store, "a");
    for (let round = 0; round < 30; round += 1) {
      const { documents } = await store.snapshot();
      for await (const document of documents) {
        expect(document.id).toBe("default/k");
        break;
      }
    }
    expect(await commitNext(store, "b")).toBe("committed");
  });

  test("finds what is wrong with the log", async () => {
    const url = newDatabase();
    const store = await open(url);
    await store.commit(batchOf(entriesAfter(undefined, 10)));
    expect(await store.check()).toEqual([]);
    const db = peek(url);
    const log = db.collection<{ _id: string; sequence: number }>("log");
    const heads = db.collection<{ _id: string }>("log_head");
    await log.deleteOne({ sequence: 4 });
    expect(await store.check()).toEqual([expect.stringContaining("lacks 1 entries")]);
    await heads.updateOne({ _id: "head" }, { $set: { sequence: 3 } });
    expect(await store.check()).toEqual([
      expect.stringContaining("its head is at 3"),
      expect.stringContaining("another hash"),
    ]);
    await heads.deleteOne({ _id: "head" });
    expect(await store.check()).toEqual([expect.stringContaining("no head")]);
  });

  test("is inspected without making anything", async () => {
    const url = newDatabase();
    expect(await inspectDatabase({ kind: "mongo", url })).toEqual({ kind: "none" });
    expect(await peek(url).listCollections().toArray()).toEqual([]);
    const store = await open(url);
    await store.commit(batchOf(entriesAfter(undefined, 2)));
    const found = await inspectDatabase({ kind: "mongo", url });
    expect(found).toMatchObject({ kind: "sound", sequence: 2, time: expect.any(String) });
    // On one machine there is one clock.
    expect(Math.abs(found.kind === "sound" ? (found.aheadMs ?? NaN) : NaN)).toBeLessThan(5_000);
    expect(await inspectDatabase({ kind: "mongo", url: "mongodb://127.0.0.1:1/x" })).toMatchObject({
      kind: "away",
    });
  });

  test("a standalone is refused with advice", async () => {
    const standalone = await startSecantus({ log: tell, args: ["--standalone"] });
    opened.push(standalone);
    expect(await inspectDatabase({ kind: "mongo", url: standalone.url })).toMatchObject({
      kind: "unfit",
      reason: expect.stringContaining("--replSet"),
    });
    const refused = openMongoStore(standalone.url);
    await expect(refused).rejects.toThrow(StoreUnsuitableError);
    await expect(refused).rejects.toThrow(/--replSet.*rs\.initiate/s);
  });

  describe("whose server stops", () => {
    /** Of its own, so that the other tests keep theirs. */
    const startOwn = async () => {
      const own = await startSecantus({ log: tell });
      opened.push(own);
      return own;
    };

    test("every method says so within seconds and works again by itself", async () => {
      const own = await startOwn();
      const store = await open(own.urlOf("away"));
      await commitNext(store, "before");
      const head = await store.head();
      await own.kill();
      const calls = [
        () => store.head(),
        () => store.commit(batchOf([entryAfter(head)], [memoryChange("k", "lost")])),
        () => store.get("memory", "default/k"),
        () => store.query("memory", { prefix: "default/" }),
        () => store.readLog({ after: 0, limit: 1 }),
        () => store.snapshot(),
        () => store.check(),
        () => store.ping(),
      ];
      const took = await millisecondsOf(() =>
        Promise.all(calls.map((call) => expect(call()).rejects.toThrow(StoreUnavailableError))),
      );
      expect(took).toBeLessThan(6_000);
      await own.restart();
      await until("the store is back", () => store.ping().then(() => true));
      expect(await store.head()).toEqual(head);
      expect(await commitNext(store, "after")).toBe("committed");
    });

    test("a commit right after a restart of the server succeeds", async () => {
      const own = await startOwn();
      const store = await open(own.urlOf("restarted"));
      await commitNext(store, "before");
      const head = await store.head();
      await own.restart();
      const batch = batchOf([entryAfter(head)], [memoryChange("k", "after")]);
      expect(await store.commit(batch)).toBe("committed");
      expect((await store.head())?.sequence).toBe(2);
    });

    test("a transaction of a killed process does not block others for long", async () => {
      const own = await startOwn();
      const url = own.urlOf("cut");
      const store = await open(url);
      await commitNext(store, "before");
      const head = await store.head();
      // What a commit of another replica has written when it is killed.
      const client = new MongoClient(url);
      const session = await createCommitSessions().take(client, client.db());
      session.startTransaction();
      const heads = client.db().collection(LOG_HEAD);
      await heads.updateOne({}, { $inc: { relayed: 1 } }, { session });
      const batch = batchOf([entryAfter(head)], [memoryChange("k", "after")]);
      await expect(store.commit(batch)).rejects.toThrow(StoreUnavailableError);
      expect(await store.commit(batch)).toBe("committed");
      await client.close();
    });

    test("a driver that lost its only host is replaced", async () => {
      const own = await startOwn();
      const url = `mongodb://127.0.0.1:${own.port}/lost?replicaSet=secantus`;
      const store = await open(url);
      await commitNext(store, "before");
      await own.stop();
      await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
      await own.restart();
      await until("the store is back", () => store.ping().then(() => true));
      expect((await store.head())?.sequence).toBe(1);
    });

    test("a server that does not answer any more counts as away", async () => {
      const own = await startOwn();
      const store = await open(own.urlOf("silent"));
      await commitNext(store, "before");
      const head = await store.head();
      await own.pause();
      const commit = () => store.commit(batchOf([entryAfter(head)], [memoryChange("k", "late")]));
      const took = await millisecondsOf(() =>
        Promise.all([
          expect(store.head()).rejects.toThrow(StoreUnavailableError),
          expect(commit()).rejects.toThrow(StoreUnavailableError),
        ]),
      );
      own.resume();
      expect(took).toBeLessThan(12_000);
      await until("the store is back", () => store.ping().then(() => true));
      expect(await store.check()).toEqual([]);
    });

    test("kills in the middle of commits lose and double nothing", async () => {
      const own = await startOwn();
      const store = await open(own.urlOf("kills"));
      const committed: string[] = [];
      let kills = 0;
      const killing = (async () => {
        for (; kills < 5; kills += 1) {
          const reached = committed.length + 10;
          await until("commits go on", () => committed.length >= reached, 30_000);
          await own.restart();
        }
      })();
      while (kills < 5) {
        const [head] = await until("the head", async () => [await store.head()]);
        const entry = entryAfter(head);
        const outcome = await store.commit(batchOf([entry])).catch((error: unknown) => {
          expect(error).toBeInstanceOf(StoreUnavailableError);
          return "unknown";
        });
        // There is no other writer.
        expect(outcome).not.toBe("conflict");
        if (outcome === "committed") committed.push(entry.id);
      }
      await killing;
      const entries = await until("the log", () => store.readLog({ after: 0, limit: 100_000 }));
      const ids = entries.map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining(committed));
      expect(await store.check()).toEqual([]);
    });

    test("a commit whose answers are lost is known by its entries, not taken for another replica's", async () => {
      const own = await startOwn();
      const proxy = await startLossyProxy(own.port, "commitTransaction");
      opened.push(proxy);
      const store = await open(`mongodb://127.0.0.1:${proxy.port}/lossy?directConnection=true`);
      await commitNext(store, "before");
      // The driver asks a second time by itself.
      proxy.loseAnswers(2);
      expect(await commitNext(store, "after")).toBe("committed");
      expect(proxy.lost()).toBe(2);
      expect((await store.head())?.sequence).toBe(2);
      expect(await store.readLog({ after: 0, limit: 10 })).toHaveLength(2);
      proxy.loseAnswers(4);
      const first = await open(`mongodb://127.0.0.1:${proxy.port}/first?directConnection=true`);
      expect(await commitNext(first, "first")).toBe("committed");
      expect((await first.head())?.sequence).toBe(1);
    });

    test("an absent server is away at the start too", async () => {
      const own = await startOwn();
      await own.kill();
      const took = await millisecondsOf(() =>
        expect(openMongoStore(own.url)).rejects.toThrow(StoreUnavailableError),
      );
      expect(took).toBeLessThan(6_000);
    });
  });
});

test("a URL that can't be used says so, without repeating it", async () => {
  await expect(openMongoStore("mongodb://user:secret@/vega")).rejects.toThrow(StoreUnsuitableError);
  await expect(openMongoStore("mongodb://h/?nonsense=1")).rejects.toThrow(
    /^MONGODB_URL can't be used: [^@]*nonsense[^@]*$/,
  );
});

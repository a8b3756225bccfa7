import type { Db } from "mongodb";
import { MongoClient } from "mongodb";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { startSecantus } from "../../../../../tools/secantus/start.ts";
import { batchOf, entryAfter, memoryChange } from "../contract/fixtures.ts";
import { DATA_FORMAT } from "../data-format.ts";
import type { Store } from "../store.ts";
import { StoreTooNewError } from "../store.ts";
import type { JsonSchema } from "./json-schema-keywords.ts";
import { openMongoStore } from "./mongo-store.ts";
import type { Validator } from "./validators.ts";
import { markedValidator } from "./validators.ts";
import { WriteRefusedError } from "./write-error.ts";

/* Replicas of two versions on one MongoDB: each start sets validators. */

const tell = (text: string) => console.warn(text);
const server = await startSecantus({ log: tell }).catch((error: unknown) => {
  // Where releases are made these tests have to run; elsewhere a machine may lack what they need.
  if (process.env["CI"]) throw error;
  tell(`SKIPPED: validators of two versions were not tested. ${String(error)}`);
});
afterAll(() => server?.close());

describe.skipIf(!server)("a validator", () => {
  let url: string;
  let client: MongoClient;
  let db: Db;
  const stores: Store[] = [];
  const open = async () => {
    const store = await openMongoStore(url);
    stores.push(store);
    return store;
  };
  beforeEach(() => {
    url = server?.urlOf(`v${randomUUID().slice(0, 8)}`) ?? "";
    client = new MongoClient(url);
    db = client.db();
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    await client.close();
  });

  const current = async (): Promise<Validator> => {
    const [info] = await db.listCollections({ name: "memory" }).toArray();
    return (info as unknown as { options: { validator: Validator } }).options.validator;
  };
  const set = (validator: Validator) => db.command({ collMod: "memory", validator });
  const NARROW: JsonSchema = {
    bsonType: "object",
    properties: { body: { bsonType: "object", properties: { key: { enum: ["only"] } } } },
  };
  const WIDE: JsonSchema = { bsonType: "object" };
  const commit = async (store: Store, key: string) =>
    store.commit(batchOf([entryAfter(await store.head())], [memoryChange(key, 1)]));

  test("names the data format of the version that set it", async () => {
    await open();
    const { $jsonSchema } = await current();
    expect($jsonSchema["description"]).toBe(`VEGA data format ${DATA_FORMAT}`);
  });

  test("of a newer version stays when this version starts", async () => {
    await open();
    const newer = markedValidator(WIDE, DATA_FORMAT + 1);
    await set(newer);
    await open();
    expect(await current()).toEqual(newer);
  });

  test.each([
    ["without a mark", { $jsonSchema: NARROW }],
    ["of an older version", markedValidator(NARROW, DATA_FORMAT - 1)],
    ["of another build of this version", markedValidator(NARROW)],
  ])("%s is replaced when this version starts", async (_name, older) => {
    await open();
    const before = await current();
    await set(older);
    await open();
    expect(await current()).toEqual(before);
  });

  test("with the same rules under an older number stays", async () => {
    await open();
    const { $jsonSchema } = await current();
    const older = markedValidator($jsonSchema, DATA_FORMAT - 1);
    await set(older);
    await open();
    expect(await current()).toEqual(older);
  });

  test("that an older replica has narrowed meanwhile is widened by the commit that it refuses", async () => {
    const store = await open();
    await commit(store, "first");
    const before = await current();
    await set({ $jsonSchema: NARROW });
    expect(await commit(store, "second")).toBe("committed");
    expect(await current()).toEqual(before);
    expect((await store.head())?.sequence).toBe(2);
    expect(await store.get("memory", "default/second")).toMatchObject({ key: "second" });
  });

  test("that refuses what this version must not write stays, and so does the refusal", async () => {
    const store = await open();
    await commit(store, "first");
    const newer = markedValidator(NARROW, DATA_FORMAT + 1);
    await set(newer);
    await expect(commit(store, "second")).rejects.toThrow(WriteRefusedError);
    expect(await current()).toEqual(newer);
    expect((await store.head())?.sequence).toBe(1);
  });

  test("is not touched by a version that must not open the database", async () => {
    const store = await open();
    await commit(store, "first");
    await db.command({ collMod: "memory", validator: {} });
    await db.dropCollection("budgets");
    await db.collection("log_head").updateOne({}, { $set: { min_reader: DATA_FORMAT + 1 } });
    const collections = async () =>
      (await db.listCollections().toArray()).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const before = await collections();
    await expect(openMongoStore(url)).rejects.toThrow(StoreTooNewError);
    await expect(openMongoStore(url, "read")).rejects.toThrow(StoreTooNewError);
    expect(await collections()).toEqual(before);
  });
});

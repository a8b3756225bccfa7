import type { JsonObject } from "@vega/contracts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Writer } from "../../log/writer.ts";
import { createWriter } from "../../log/writer.ts";
import { decideConfigureMemory, SchemaChangedError } from "./commands.ts";
import type { SchemaValidator } from "../../schema-validation/schema-validator.ts";
import { createSchemaValidator } from "../../schema-validation/schema-validator.ts";
import { openSqliteStore } from "../../store/sqlite/sqlite-store.ts";
import type { Store } from "../../store/store.ts";
import { createPut } from "./put.ts";

/* What happens between a validation and its commit, on a real store and real workers. */

const LIMITS = { valueBytes: 65_536, keys: 1_000, namespaceBytes: 1_048_576, schemaBytes: 1_000 };
const CONTEXT = { actor: { id: "admin" } };
const INTEGER = { type: "integer" };
const STRING = { type: "string" };

let folder: string;
let store: Store;
let writer: Writer;
let schemas: SchemaValidator;
let namespace = "n0";
let checks = 0;

const newWriter = async (): Promise<Writer> => {
  const created = createWriter({
    store,
    now: () => new Date().toISOString(),
    timeScale: 1,
    relayed: () => 0,
    onCommit: () => undefined,
    onCommitFailed: () => undefined,
  });
  await created.open();
  return created;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-put-"));
  store = await openSqliteStore(join(folder, "vega.db"));
  writer = await newWriter();
  schemas = createSchemaValidator({ onExceeded: () => undefined });
});
afterAll(async () => {
  await schemas.stop();
  await store.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  namespace = `n${Number(namespace.slice(1)) + 1}`;
  checks = 0;
});

const configure = (schema: JsonObject | null) =>
  writer.submit(decideConfigureMemory(namespace, schema), CONTEXT);

/** @param meanwhile takes place between each validation and its commit */
const put = (value: number | string, meanwhile?: () => Promise<unknown>, by = writer) =>
  createPut({
    writer: by,
    limits: LIMITS,
    schemas: {
      ...schemas,
      async checkValues(...args) {
        checks += 1;
        const refusal = await schemas.checkValues(...args);
        await meanwhile?.();
        return refusal;
      },
    },
  })(namespace, [{ key: "k", value }], CONTEXT, Date.now() + 60_000);

const stored = async () => (await store.get("memory", `${namespace}/k`))?.["value"];

test("a namespace without a schema needs no validation", async () => {
  await put(1);
  await configure(INTEGER);
  await configure(null);
  await put("x");
  expect([checks, await stored()]).toEqual([0, "x"]);
});

test("a value that met the schema before it changed is refused", async () => {
  await configure(INTEGER);
  await expect(put(1, () => configure(STRING))).rejects.toMatchObject({
    code: "invalid",
    details: [{ path: "/k", message: "must be string" }],
  });
  expect([checks, await stored()]).toEqual([2, undefined]);
});

test("a value that met no schema before it was taken away is stored", async () => {
  await configure(INTEGER);
  await put("x", () => configure(null));
  expect([checks, await stored()]).toEqual([1, "x"]);
});

test("a schema that changes with every attempt ends them", async () => {
  await configure(INTEGER);
  const change = () => configure({ ...INTEGER, title: `${checks}` });
  await expect(put(1, change)).rejects.toBeInstanceOf(SchemaChangedError);
  expect([checks, await stored()]).toEqual([5, undefined]);
});

test("a schema that is not in memory, or that another writer changed, is learnt from the command", async () => {
  await configure(INTEGER);
  const other = await newWriter();
  expect(other.schemaOf(namespace)).toBeUndefined();
  await put(1, undefined, other);
  expect([checks, await stored()]).toEqual([1, 1]);
  await configure(STRING);
  expect(other.schemaOf(namespace)).toEqual(INTEGER);
  await put("x", undefined, other);
  expect(await stored()).toBe("x");
});

test("a value over a limit is refused without a validation", async () => {
  await configure(INTEGER);
  await expect(put("x".repeat(LIMITS.valueBytes))).rejects.toMatchObject({ code: "too_large" });
  expect(checks).toBe(0);
});

test.each<JsonObject>([{ $ref: "#" }, { $async: true }])(
  "a schema of an earlier version that cannot be used is the caller's to correct: %j",
  async (schema) => {
    await configure(schema);
    await expect(put(1)).rejects.toMatchObject({ code: "invalid" });
    await configure(INTEGER);
    await put(1);
    expect(await stored()).toBe(1);
  },
);

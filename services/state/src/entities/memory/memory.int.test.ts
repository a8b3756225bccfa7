import type { JsonObject, RequestContract } from "@vega/contracts";
import * as contracts from "@vega/contracts";
import { request } from "@vega/messaging";
import type { Network } from "@vega/test-support";
import { readWholeLog, startNetwork, until } from "@vega/test-support";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { z } from "zod";

/* Schemas of memory over a real bus, on SQLite. */

let network: Network;
beforeAll(async () => {
  network = await startNetwork({ services: ["state"] });
});
afterAll(() => network.close());

const ask = <Input extends z.ZodType, Output extends z.ZodType>(
  contract: RequestContract<Input, Output>,
  input: z.input<Input>,
) => request(network.bus, contract, input, { actor: { id: "system:gateway" } });

async function newNamespace(): Promise<string> {
  const user = {
    id: randomUUID(),
    username: `user-${randomUUID()}`,
    email: null,
    password_hash: "bcrypt",
    role: "user" as const,
  };
  const { user: made } = await ask(contracts.users.requests.createDocument, { user, by: "self" });
  return contracts.storedNamespace(made.id, "notes");
}

const configure = (namespace: string, schema: JsonObject) =>
  ask(contracts.memory.requests.configure, { namespace, schema });
const put = (namespace: string, key: string, value: number | string) =>
  ask(contracts.memory.requests.put, { namespace, values: [{ key, value }] });
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "ok",
    (error: { code: string }) => error.code,
  );

test("one account's hostile schemas do not stop state or another account", async () => {
  const [hostile, other, plain] = [await newNamespace(), await newNamespace(), "plain"];
  await configure(hostile, { pattern: "^(a+)+$" });
  await configure(other, { type: "integer" });
  const attack = Array.from({ length: 50 }, (_, n) =>
    put(hostile, `k${n}`, `${"a".repeat(40)}!`).catch((error: Error) => error.message),
  );
  await put(other, "k", 1);
  await put(plain, "k", "without a schema");
  expect(await codeOf(put(other, "k", "x"))).toBe("invalid");
  expect(
    (await ask(contracts.memory.requests.get, { namespace: other, key: "k" })).entry.value,
  ).toBe(1);
  const [first, ...later] = await Promise.all(attack);
  expect(first).toMatch(
    /^the value could not be checked against the schema of notes within 100 ms; simplify/,
  );
  for (const message of later) {
    expect(message).toMatch(/^nothing was checked: this schema of notes has just exceeded 100 ms/);
  }
  await configure(hostile, { pattern: "^a+$" });
  await put(hostile, "k", "aaa");
});

test("a schema that cannot be used is refused as invalid", async () => {
  const namespace = await newNamespace();
  const unusable: JsonObject[] = [
    { $ref: "#" },
    { $async: true },
    { type: "nonsense" },
    { pattern: "(" },
    { title: "x".repeat(20_000) },
  ];
  for (const schema of unusable) {
    const code = await codeOf(configure(namespace, schema));
    expect(code, JSON.stringify(schema).slice(0, 50)).toBe(
      schema["title"] ? "too_large" : "invalid",
    );
  }
  expect((await ask(contracts.memory.requests.list, { namespace })).schema).toBeNull();
});

test("each stored value meets the schema in force at its sequence", async () => {
  const namespace = await newNamespace();
  const work = Array.from({ length: 120 }, (_, n) => {
    if (n % 6 === 0) return configure(namespace, { type: n % 12 === 0 ? "integer" : "string" });
    return put(namespace, `k${n}`, n % 2 === 0 ? n : `${n}`).catch((error: { code: string }) => {
      expect(["invalid", "unavailable"]).toContain(error.code);
    });
  });
  await Promise.all(work);
  let type: unknown;
  let values = 0;
  for (const { type: event, data } of await readWholeLog(network.bus)) {
    const about = data as JsonObject | null;
    if (about?.["namespace"] !== namespace) continue;
    if (event === contracts.memory.events.configured.type)
      type = (about["schema"] as JsonObject)["type"];
    if (event !== contracts.memory.events.changed.type) continue;
    values += 1;
    const found = typeof about["value"];
    expect(type === undefined || (type === "integer" ? "number" : type) === found).toBe(true);
  }
  expect(values).toBeGreaterThan(0);
});

test("a search finds keys before values, in the namespace alone, and pages are full", async () => {
  const [namespace, other] = [await newNamespace(), await newNamespace()];
  const values = [
    { key: "raven_count", value: 3 },
    { key: "birds", value: { seen: ["Raven", "Kolkrabe"], where: "Zürich" } },
    { key: "gone", value: "a raven", ttl_seconds: 0.001 },
    { key: "tree", value: "an oak" },
  ];
  await ask(contracts.memory.requests.put, { namespace, values });
  await ask(contracts.memory.requests.put, { namespace: other, values });
  const search = async (text: string, more: { limit?: number; cursor?: string | null } = {}) => {
    const page = await ask(contracts.memory.requests.search, { namespace, text, ...more });
    return { ...page, keys: page.entries.map(({ key }) => key) };
  };
  // The third value expires within the first search at the latest, and is deleted by nobody here.
  await until("it has expired", async () => (await search("gone")).keys.length === 0);
  expect(await search("RAVEN")).toMatchObject({
    keys: ["raven_count", "birds"],
    schema: null,
    next_cursor: null,
    complete: true,
  });
  const first = await search("raven", { limit: 1 });
  expect(first.keys).toEqual(["raven_count"]);
  const { next_cursor: cursor } = first;
  expect(await search("raven", { limit: 1, cursor })).toMatchObject({
    keys: ["birds"],
    next_cursor: null,
  });
  expect((await search("zurich kolk")).keys).toEqual(["birds"]);
  expect((await search("heron")).keys).toEqual([]);
  await ask(contracts.memory.requests.delete, { namespace, key: "birds" });
  expect((await search("raven")).keys).toEqual(["raven_count"]);
});

test("a page of a search ends where its values are large", async () => {
  const namespace = await newNamespace();
  const value = `raven ${"x".repeat(60_000)}`;
  const values = Array.from({ length: 8 }, (_, n) => ({ key: `k${n}`, value }));
  await ask(contracts.memory.requests.put, { namespace, values });
  const keys: string[] = [];
  const pages: number[] = [];
  const { search } = contracts.memory.requests;
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: contracts.RequestOutput<typeof search> = await ask(search, {
      namespace,
      text: "raven",
      cursor,
    });
    keys.push(...page.entries.map(({ key }) => key));
    pages.push(page.entries.length);
    cursor = page.next_cursor;
  }
  expect(keys).toEqual(values.map(({ key }) => key));
  expect(pages).toEqual([4, 4]);
});

test("namespaces are listed by owner, in pages, also those with a schema only", async () => {
  const owned = await newNamespace();
  const { owner } = contracts.readNamespace(owned);
  const own = (name: string) => contracts.storedNamespace(owner, name);
  await put(own("b"), "k", 1);
  await put(own("b"), "other", 1);
  await put(own("a"), "k", 1);
  await configure(own("c"), { type: "integer" });
  await put("shared-one", "k", 1);
  const list = (of: string | null, after?: string, limit = 10) =>
    ask(contracts.memory.requests.namespaces, { owner: of, limit, ...(after && { after }) });

  expect(await list(owner)).toMatchObject({
    namespaces: [
      { namespace: "a", has_schema: false },
      { namespace: "b", has_schema: false },
      { namespace: "c", has_schema: true },
    ],
    next_after: null,
  });
  const first = await list(owner, undefined, 2);
  expect(first.namespaces.map(({ namespace }) => namespace)).toEqual(["a", "b"]);
  expect(first.next_after).toBe("b");
  const second = await list(owner, "b", 2);
  expect(second).toMatchObject({ namespaces: [{ namespace: "c" }], next_after: null });
  const shared = (await list(null)).namespaces.map(({ namespace }) => namespace);
  expect(shared).toContain("shared-one");
  expect(shared.filter((name) => ["a", "b", "c"].includes(name))).toEqual([]);
});

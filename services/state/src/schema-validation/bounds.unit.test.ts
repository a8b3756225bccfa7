import type { JsonObject } from "@vega/contracts";
import { expect, test } from "vitest";
import { schemaRefusal } from "./bounds.ts";

const refusal = (schema: JsonObject) => schemaRefusal(schema, { schemaBytes: 400 });

test("a schema over its limit is refused", () => {
  expect(refusal({ title: "x".repeat(400) })?.code).toBe("too_large");
});

test("an asynchronous schema is refused; a property of that name is not", () => {
  expect(refusal({ $async: true })?.details).toEqual([
    { path: "/schema", message: "$async is not supported" },
  ]);
  expect(refusal({ properties: { a: { $async: true } } })?.code).toBe("invalid");
  expect(refusal({ properties: { $async: { type: "boolean" } } })).toBeUndefined();
});

test("a dynamic reference is refused, because it would not be checked; a property of that name is not", () => {
  const $defs = { name: { $dynamicAnchor: "name", type: "string" } };
  expect(refusal({ $defs, properties: { a: { $dynamicRef: "#name" } } })?.details).toEqual([
    { path: "/schema", message: "$dynamicRef is not supported; use $ref" },
  ]);
  expect(refusal({ properties: { $dynamicRef: { type: "string" } } })).toBeUndefined();
});

test.each<[string, JsonObject]>([
  ["itself", { $ref: "#" }],
  ["itself by a pointer", { $defs: { "a/b": { $ref: "#/$defs/a~1b" } }, $ref: "#/$defs/a~1b" }],
  ["itself by a list", { anyOf: [{ type: "null" }, { $ref: "#" }] }],
  ["an element of a list", { allOf: [{ not: { $ref: "#/allOf/0" } }] }],
  ["two definitions", { $defs: { a: { $ref: "#/$defs/b" }, b: { if: { $ref: "#/$defs/a" } } } }],
  ["an anchor", { $anchor: "top", dependentSchemas: { k: { $ref: "#top" } } }],
  ["a dynamic anchor", { $dynamicAnchor: "top", $ref: "#top" }],
])("a reference cycle that takes no part of the value is refused: %s", (_, schema) => {
  expect(refusal(schema)).toMatchObject({ code: "invalid", details: [{ path: "/schema" }] });
});

test.each<[string, JsonObject]>([
  ["a tree", { properties: { children: { items: { $ref: "#" } } } }],
  ["a list", { $defs: { list: { properties: { next: { $ref: "#/$defs/list" } } } } }],
  [
    "one definition twice",
    { $defs: { a: {} }, allOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/a" }] },
  ],
  ["a reference to nothing", { $ref: "#/$defs/gone" }],
  ["data that looks like a reference", { enum: [{ $ref: "#" }] }],
  [
    "another document inside",
    { properties: { a: { $id: "a", $ref: "#/$defs/x", $defs: { x: {} } } } },
  ],
])("a schema without such a cycle passes: %s", (_, schema) => {
  expect(refusal(schema)).toBeUndefined();
});

test("a schema nested 1,000 levels deep passes", () => {
  let schema: JsonObject = {};
  for (let level = 0; level < 1_000; level += 1) schema = { not: schema };
  expect(schemaRefusal(schema, { schemaBytes: 100_000 })).toBeUndefined();
});

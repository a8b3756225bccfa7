import { COLLECTIONS } from "@vega/contracts";
import { expect, test } from "vitest";
import { z } from "zod";
import { toMongoDialect, toMongoSchema } from "./json-schema.ts";

test("an object's fields, and which of them must be there", () => {
  const schema = z.object({ name: z.string(), note: z.string().optional(), on: z.boolean() });
  expect(toMongoSchema(schema)).toEqual({
    bsonType: "object",
    properties: {
      name: { bsonType: "string" },
      note: { bsonType: "string" },
      on: { bsonType: "bool" },
    },
    required: ["name", "on"],
  });
});

test("fields that nothing requires leave no empty list", () => {
  expect(toMongoSchema(z.object({ note: z.string().optional() }))).not.toHaveProperty("required");
});

test("whole numbers may be stored as int, long or double", () => {
  expect(toMongoSchema(z.int().min(0).max(100))).toEqual({
    bsonType: ["int", "long", "double"],
    multipleOf: 1,
    minimum: 0,
    maximum: 100,
  });
});

test("exclusive limits are flags, the stricter one of two wins", () => {
  expect(toMongoSchema(z.number().gt(0).lt(1))).toEqual({
    bsonType: "number",
    minimum: 0,
    exclusiveMinimum: true,
    maximum: 1,
    exclusiveMaximum: true,
  });
  expect(
    toMongoDialect({ minimum: 5, exclusiveMinimum: 3, maximum: 7, exclusiveMaximum: 9 }),
  ).toEqual({
    minimum: 5,
    maximum: 7,
  });
});

test("defaults, formats, examples and dialect names are left out, literals are lists of one", () => {
  const schema = z.object({
    at: z.iso.datetime().meta({ example: "2026-01-31T12:00:00Z" }),
    kind: z.literal("x").default("x"),
    phase: z.union([z.literal(3), z.literal(5)]),
  });
  const { properties } = toMongoSchema(schema) as { properties: Record<string, object> };
  expect(Object.keys(properties["at"] ?? {}).toSorted()).toEqual(["bsonType", "pattern"]);
  expect(properties["kind"]).toEqual({ bsonType: "string", enum: ["x"] });
  expect(properties["phase"]).toEqual({
    anyOf: [
      { bsonType: "number", enum: [3] },
      { bsonType: "number", enum: [5] },
    ],
  });
});

test("nullable is one of two", () => {
  expect(toMongoSchema(z.string().max(3).nullable())).toEqual({
    anyOf: [{ bsonType: "string", maxLength: 3 }, { bsonType: "null" }],
  });
  expect(toMongoDialect({ type: ["integer", "null"] })).toEqual({
    bsonType: ["int", "long", "double", "null"],
    multipleOf: 1,
  });
});

const pattern = (regex: RegExp) => toMongoSchema(z.string().regex(regex))["pattern"];

test("patterns that PCRE may read otherwise, or that have flags, are left out", () => {
  expect(pattern(/^[a-z]{1,3}$/)).toBe("^[a-z]{1,3}$");
  for (const regex of [/^\p{L}$/u, /^[a-z]$/i, /^Æ$/, /^(?<year>\d+)$/, /^\s$/, /(?<!x)$/]) {
    expect(pattern(regex), regex.source).toBeUndefined();
  }
  const two = z.string().regex(/^a/i).regex(/b$/);
  expect(toMongoSchema(two)).toEqual({ bsonType: "string" });
});

test("lengths count code points on both sides", () => {
  expect(z.string().max(1).safeParse("\u{1F600}").success).toBe(true);
  expect(toMongoSchema(z.string().min(2).max(3))).toEqual({
    bsonType: "string",
    minLength: 2,
    maxLength: 3,
  });
});

test("transformed and refined values are described as they come in", () => {
  const json = z
    .record(z.string(), z.unknown())
    .superRefine(() => undefined)
    .transform((value) => value);
  expect(toMongoSchema(json)).toEqual({ bsonType: "object", additionalProperties: {} });
  expect(toMongoSchema(z.unknown().transform(String))).toEqual({});
});

test("unknown fields stay allowed unless the schema is strict", () => {
  expect(toMongoSchema(z.object({}))).not.toHaveProperty("additionalProperties");
  expect(toMongoSchema(z.strictObject({}))["additionalProperties"]).toBe(false);
});

const once = (items: object) => ({
  bsonType: "object",
  properties: { name: { bsonType: "string" }, children: { bsonType: "array", items } },
  required: ["name", "children"],
});

test("references are written out, up to the first round of a schema that contains itself", () => {
  const tree = z.object({
    name: z.string(),
    get children() {
      return z.array(tree);
    },
  });
  expect(toMongoSchema(tree)).toEqual(once(once({})));
  expect(
    toMongoDialect({
      $defs: { name: { type: "string" } },
      properties: { name: { $ref: "#/$defs/name" } },
    }),
  ).toEqual({ properties: { name: { bsonType: "string" } } });
  expect(() => toMongoDialect({ $ref: "#/$defs/none" })).toThrow("#/$defs/none");
});

test("tuples, alternatives and nothing at all", () => {
  expect(toMongoSchema(z.tuple([z.string()], z.boolean()))).toEqual({
    bsonType: "array",
    items: [{ bsonType: "string" }],
    additionalItems: { bsonType: "bool" },
    minItems: 1,
  });
  expect(toMongoDialect({ oneOf: [{ type: "string" }] })).toEqual({
    anyOf: [{ bsonType: "string" }],
  });
  expect(toMongoSchema(z.never())).toEqual({ not: {} });
  expect(toMongoDialect({ not: { type: "string" } })).toEqual({});
});

test("every collection's schema is in MongoDB's dialect", () => {
  const text = JSON.stringify(COLLECTIONS.map(({ schema }) => toMongoSchema(schema)));
  expect(text).not.toMatch(/"(type|format|default|const|\$ref|\$schema|propertyNames)":/);
});

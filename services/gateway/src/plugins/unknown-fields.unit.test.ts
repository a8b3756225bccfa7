import { expect, test } from "vitest";
import { z } from "zod";
import { unknownFields } from "./unknown-fields.ts";

const schema = z.object({
  items: z.array(z.strictObject({ id: z.string(), name: z.string() })).nullish(),
  free: z.record(z.string(), z.unknown()),
});

test("names unknown and known fields", () => {
  expect(unknownFields(schema, { path: [], keys: ["ttl", "a/b~c"] })).toEqual([
    { path: "/ttl", message: "unknown field; known fields: items, free" },
    { path: "/a~1b~0c", message: "unknown field; known fields: items, free" },
  ]);
});

test("finds the known fields of a nested object", () => {
  expect(unknownFields(schema, { path: ["items", 3], keys: ["x"] })).toEqual([
    { path: "/items/3/x", message: "unknown field; known fields: id, name" },
  ]);
});

test("handles objects without fields and schemas without objects", () => {
  const [none] = unknownFields(z.object({}), { path: [], keys: ["x"] });
  expect(none?.message).toBe("unknown field; no fields are allowed here");
  const [open] = unknownFields(schema, { path: ["free"], keys: ["x"] });
  expect(open?.message).toBe("unknown field");
});

test("limits number and length of names", () => {
  const keys = Array.from({ length: 1_000 }, (_, n) => `${n}${"x".repeat(10_000)}`);
  expect(JSON.stringify(unknownFields(schema, { path: [], keys })).length).toBeLessThan(2_000);
});

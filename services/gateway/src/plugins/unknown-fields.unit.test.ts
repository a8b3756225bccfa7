import { expect, test } from "vitest";
import { z } from "zod";
import { unknownFields } from "./unknown-fields.ts";

const schema = z.object({
  items: z.array(z.strictObject({ id: z.string(), name: z.string() })).nullish(),
  free: z.record(z.string(), z.unknown()),
});

test("names the unknown and the known", () => {
  expect(unknownFields(schema, { path: [], keys: ["ttl", "a/b~c"] })).toEqual([
    { path: "/ttl", message: "unknown field; known fields: items, free" },
    { path: "/a~1b~0c", message: "unknown field; known fields: items, free" },
  ]);
});

test("finds the known ones of an object within", () => {
  expect(unknownFields(schema, { path: ["items", 3], keys: ["x"] })).toEqual([
    { path: "/items/3/x", message: "unknown field; known fields: id, name" },
  ]);
});

test("says so where nothing is known, and nothing where the schema does not tell", () => {
  const [none] = unknownFields(z.object({}), { path: [], keys: ["x"] });
  expect(none?.message).toBe("unknown field; no fields are allowed here");
  const [untold] = unknownFields(schema, { path: ["free"], keys: ["x"] });
  expect(untold?.message).toBe("unknown field");
});

test("does not grow with what was sent", () => {
  const keys = Array.from({ length: 1_000 }, (_, n) => `${n}${"x".repeat(10_000)}`);
  expect(JSON.stringify(unknownFields(schema, { path: [], keys })).length).toBeLessThan(2_000);
});

import { expect, test } from "vitest";
import { MAX_JSON_DEPTH, jsonSchema, whyNotStorable } from "./json.ts";

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
};

test.each([
  null,
  true,
  0,
  -0.5,
  1e300,
  "Æ 😀",
  [],
  {},
  { $a: { "b.c": [1] } },
  nested(MAX_JSON_DEPTH),
])("%j may be stored, and stays as it is", (value) => {
  expect(whyNotStorable(value)).toBeUndefined();
  expect(jsonSchema.parse(value)).toEqual(value);
});

test.each([
  [Number.NaN, "finite"],
  [Number.POSITIVE_INFINITY, "finite"],
  ["\ud800", "Unicode"],
  [{ "\ud800": 1 }, "well-formed"],
  [{ "a\0": 1 }, "well-formed"],
  [JSON.parse('{"a":{"__proto__":1}}'), "__proto__"],
  [{ constructor: 1 }, "constructor"],
  [[{ prototype: 1 }], "prototype"],
  [nested(MAX_JSON_DEPTH + 1), "deeper"],
  [undefined, "missing"],
  [() => 1, "function"],
  [10n, "bigint"],
])("%s may not be stored", (value, reason) => {
  expect(whyNotStorable(value)).toContain(reason);
  expect(jsonSchema.safeParse(value).success).toBe(false);
});

import type { Json } from "@vega/contracts";
import { expect, test } from "vitest";
import { textOf, valueOf } from "./value.ts";

test.each<[string, Json]>([
  ["dark", "dark"],
  ["12", 12],
  ['{"a":[1]}', { a: [1] }],
  ["{broken", "{broken"],
  ['"12"', "12"],
  ["", ""],
])("%j is typed for %j", (text, value) => {
  expect(valueOf(text)).toEqual(value);
});

test.each<Json>([
  "dark",
  "12",
  "null",
  'say "hi"',
  12,
  null,
  true,
  { a: { b: [1, "x"] } },
  "",
  "{x",
])("%j keeps its type when it is edited", (value) => {
  expect(valueOf(textOf(value))).toEqual(value);
});

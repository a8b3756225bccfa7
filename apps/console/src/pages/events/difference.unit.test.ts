import { expect, test } from "vitest";
import { inline, membersChanged } from "./difference.ts";

test("members that differ, by path", () => {
  const before = { a: 1, b: { c: "x", d: [1] }, gone: true };
  const after = { a: 1, b: { c: "y", d: [1, 2] }, new: null };
  expect(membersChanged(before, after)).toEqual([
    { path: "b.c", before: "x", after: "y" },
    { path: "b.d", before: [1], after: [1, 2] },
    { path: "gone", before: true, after: undefined },
    { path: "new", before: undefined, after: null },
  ]);
});

test("equal documents have no differences", () => {
  expect(membersChanged({ a: { b: [1] } }, { a: { b: [1] } })).toEqual([]);
});

test.each([
  [undefined, "–"],
  ["text", "text"],
  [{ a: 1 }, '{"a":1}'],
  [null, "null"],
])("%j on one line", (value, text) => {
  expect(inline(value)).toBe(text);
});

test("long values are cut", () => {
  expect(inline("x".repeat(500))).toHaveLength(160);
});

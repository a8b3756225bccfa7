import { expect, test } from "vitest";
import { positiveInteger, positiveNumber, selection } from "./options.ts";

test("numbers above 0 are read, others name their option", () => {
  expect(positiveNumber("seconds", "0.5")).toBe(0.5);
  expect(positiveInteger("rounds", "7")).toBe(7);
  expect(() => positiveNumber("seconds", "-1")).toThrow("--seconds takes a number above 0, not -1");
  expect(() => positiveInteger("rounds", "1.5")).toThrow("--rounds takes a whole number");
});

test("a selection holds known names only", () => {
  expect(selection("b,a", ["a", "b"])).toEqual(["b", "a"]);
  expect(() => selection("c", ["a", "b"])).toThrow("unknown measurement c; known: a, b");
});

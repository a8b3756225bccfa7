import { expect, test } from "vitest";
import { lineSplitter } from "./lines.ts";

test("a line is returned once it is complete, in any chunks", () => {
  const splitter = lineSplitter();
  expect(splitter.push("one\ntw")).toEqual(["one"]);
  expect(splitter.push("o")).toEqual([]);
  expect(splitter.push("\r\n\nthree")).toEqual(["two", ""]);
  expect(splitter.end()).toEqual(["three"]);
  expect(splitter.end()).toEqual([]);
});

test("an endless line is cut", () => {
  const splitter = lineSplitter(4);
  expect(splitter.push("abc")).toEqual([]);
  expect(splitter.push("de")).toEqual(["abcde"]);
  expect(splitter.end()).toEqual([]);
});

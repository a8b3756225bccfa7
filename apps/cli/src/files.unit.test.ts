import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { OperatorError } from "@vega/supervisor/operator-error";
import { readJsonText, writeWhole } from "./files.ts";

const folder = mkdtempSync(join(tmpdir(), "vega-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

test("the text of a JSON file is not changed", () => {
  const text = '{ "a":\n 1.0 }';
  expect(readJsonText(file("good.json", text))).toBe(text);
});

test.each([
  ["missing.json", undefined, "no such file"],
  ["", undefined, "is a folder"],
  ["half.json", '{\n"a":', "is not valid JSON"],
  ["empty.json", "", "is not valid JSON"],
  ["latin1.json", Buffer.from([0x22, 0xe4, 0x22]), "is not UTF-8"],
])("%j: the error names file and reason in one line", (name, content, reason) => {
  const path = content === undefined ? join(folder, name) : file(name, content);
  expect(() => readJsonText(path)).toThrow(OperatorError);
  expect(() => readJsonText(path)).toThrow(reason);
  expect(() => readJsonText(path)).toThrow(path);
  expect(() => readJsonText(path)).not.toThrow(/\n/);
});

test("a written file has mode 0600, also over an existing one with another mode", () => {
  const path = file("out.json", "older");
  writeWhole(path, "newer");
  expect(readFileSync(path, "utf8")).toBe("newer");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a failed write is an error in one line and leaves no file", () => {
  const inside = join(folder, "inside");
  mkdirSync(inside);
  const nowhere = join(inside, "none", "x.json");
  const taken = file("taken", "kept");
  for (const path of [inside, nowhere, join(taken, "x.json"), "/dev/null"]) {
    expect(() => writeWhole(path, "text")).toThrow(OperatorError);
    expect(() => writeWhole(path, "text")).toThrow(/^can't write [^\n]*$/);
  }
  expect(readdirSync(inside)).toEqual([]);
  expect(readFileSync(taken, "utf8")).toBe("kept");
  expect(readdirSync(folder).filter((name) => name.endsWith(".new"))).toEqual([]);
});

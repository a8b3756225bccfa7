import { expect, test } from "vitest";
import { metadataOf, requireBefore, stripsMetadata } from "./form-metadata.ts";

const DEFAULTS = { title: "", category: "", alt: "", visibility: "private", tags: [] };

test("a form without fields has the name of its file", () => {
  expect(metadataOf([], "a.png")).toEqual({ ...DEFAULTS, name: "a.png" });
});

test("tags are separated by commas or fields, and a name replaces that of the file", () => {
  const fields = [
    ["tags", "raven, logo,"],
    ["name", "b.png"],
    ["tags", "Æ"],
    ["visibility", "shared"],
  ] as const;
  expect(metadataOf(fields, "a.png")).toEqual({
    ...DEFAULTS,
    name: "b.png",
    tags: ["raven", "logo", "Æ"],
    visibility: "shared",
  });
});

test("a name is stored in composed form", () => {
  expect(metadataOf([], "u\u0308.png").name).toBe("ü.png");
});

test.each<[string, [string, string][], string]>([
  ["an unknown field", [["titel", "x"]], 'unknown field "titel"; known fields: file, name, title'],
  ["a field of a prototype", [["constructor", "x"]], "unknown field"],
  [
    "a field twice",
    [
      ["title", "a"],
      ["title", "b"],
    ],
    "the field title stands twice",
  ],
  ["a tag twice", [["tags", "a,a"]], "/tags: has a tag twice"],
  ["an unknown visibility", [["visibility", "secret"]], "/visibility: "],
  ["a path", [["name", "../a"]], "contains a path"],
])("%s is refused", (_name, fields, reason) => {
  expect(() => metadataOf(fields, "a.png")).toThrow(reason);
});

test("strip_metadata is true or false, and comes before the file", () => {
  expect(stripsMetadata([])).toBe(false);
  expect(stripsMetadata([["strip_metadata", "true"]])).toBe(true);
  expect(() => stripsMetadata([["strip_metadata", "yes"]])).toThrow("true or false");
  expect(() => requireBefore([], [["strip_metadata", "true"]])).toThrow("before the file");
  expect(() =>
    requireBefore([["strip_metadata", "true"]], [["strip_metadata", "true"]]),
  ).not.toThrow();
});

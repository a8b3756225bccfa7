import { MAX_JSON_DEPTH } from "@vega/contracts";
import { expect, test } from "vitest";
import { namesOtherCharset, parseJsonBody } from "./bodies.ts";

const parse = (text: string) => parseJsonBody(Buffer.from(text));
const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const invalid = expect.objectContaining({ code: "invalid" });

test("an empty body is undefined", () => {
  expect(parse("")).toBeUndefined();
});

test("JSON is parsed without its byte order mark", () => {
  expect(parse('\u{feff}{"ä": [1, null, "😀"]}')).toEqual({ ä: [1, null, "😀"] });
});

test.each([
  ["text", "nothing"],
  ["an end too early", '{"a":'],
  ["NaN", '{"a":NaN}'],
  ["a number without end", '{"a":1e999}'],
  ["an integer without end", `{"a":${"9".repeat(400)}}`],
  ["an integer that a double can't hold", '{"a":9007199254740993}'],
  ["__proto__", '{"__proto__":{"admin":true}}'],
  ["__proto__, escaped", '{"a":{"__pr\\u006fto__":1}}'],
  ["constructor", '{"a":[{"constructor":{"prototype":1}}]}'],
  ["half a character", '{"a":"\\ud800"}'],
  ["deep nesting", nested(MAX_JSON_DEPTH + 10)],
  ["very deep nesting", nested(200_000)],
])("%s is refused", (_name, text) => {
  expect(() => parse(text)).toThrow(invalid);
});

test("a value may have the full depth within its wrapper", () => {
  expect(() => parse(`{"update":{"k":${nested(MAX_JSON_DEPTH)}}}`)).not.toThrow();
});

test("invalid UTF-8 is refused", () => {
  expect(() => parseJsonBody(Buffer.from([0x22, 0xff, 0x22]))).toThrow(invalid);
  expect(() => parseJsonBody(Buffer.from([0x22, 0xc0, 0xaf, 0x22]))).toThrow(invalid);
});

test("the error of a malformed body does not quote it", () => {
  expect(() => parse('{"token": "secret" oops}')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("secret") }),
  );
});

test("an inexact integer is reported by its position", () => {
  expect(() => parse('{"value":9007199254740993}')).toThrow(
    'the integer "value" at position 9 exceeds the precision of a double; send it as a string',
  );
  expect(() => parse('{"value":9007199254740993}')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("9007") }),
  );
});

test.each([
  ["application/json", false],
  ["application/json; charset=utf-8", false],
  ['application/json;Charset="UTF8"', false],
  ["application/json; charset=latin1", true],
  ["application/json; charset=", true],
  ["application/json; charset=utf-8; charset=utf-16", true],
])("%s has another charset: %s", (contentType, other) => {
  expect(namesOtherCharset(contentType)).toBe(other);
});

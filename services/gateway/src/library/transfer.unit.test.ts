import { expect, test } from "vitest";
import { parseRange } from "./byte-range.ts";
import { contentDisposition } from "./disposition.ts";
import { revisionsOf } from "./revision-tag.ts";

test.each<[string | undefined, ReturnType<typeof parseRange>]>([
  [undefined, undefined],
  ["bytes=0-0", { start: 0, end: 1 }],
  ["bytes=2-", { start: 2, end: 10 }],
  ["bytes=2-100", { start: 2, end: 10 }],
  ["bytes=-3", { start: 7, end: 10 }],
  ["bytes=-100", { start: 0, end: 10 }],
  ["bytes=9-9", { start: 9, end: 10 }],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=99999999999999999999-", undefined],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=5-2", undefined],
  ["bytes=0-1,3-4", undefined],
  ["bytes=-", undefined],
  ["items=0-1", undefined],
  ["bytes=0-1x", undefined],
])("the range %s of ten bytes", (header, expected) => {
  expect(parseRange(header, 10)).toEqual(expected);
});

test.each([
  ["a.png", 'inline; filename="a.png"'],
  ["two ravens.png", 'inline; filename="two ravens.png"'],
  ["anlætan.jpg", "inline; filename=\"anl_tan.jpg\"; filename*=UTF-8''anl%C3%A6tan.jpg"],
  ['a"b\\c%.png', "inline; filename=\"a_b_c_.png\"; filename*=UTF-8''a%22b%5Cc%25.png"],
  ["it's (1)*.png", 'inline; filename="it\'s (1)*.png"'],
  ["Æ's.png", "inline; filename=\"_'s.png\"; filename*=UTF-8''%C3%86%27s.png"],
])("the file name %s", (name, expected) => {
  expect(contentDisposition("inline", name)).toBe(expected);
});

test.each<[string | undefined, number[] | undefined]>([
  [undefined, undefined],
  ["*", undefined],
  ['"3"', [3]],
  ['"3", "4"', [3, 4]],
  ['W/"3"', []],
  ['"abc"', []],
])("If-Match: %s", (header, expected) => {
  expect(revisionsOf(header)).toEqual(expected);
});

test.each(["3", '"3', "", '"a" "b"'])("If-Match: %j is refused", (header) => {
  expect(() => revisionsOf(header)).toThrow("If-Match has to be");
});

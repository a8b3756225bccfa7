import { expect, test } from "vitest";
import { matchesEtag, readIfMatch } from "./etag.ts";

const ETAG = '"log-12"';

test.each([ETAG, `W/${ETAG}`, "*", ` * `, `"a", ${ETAG}`, `"a",W/${ETAG} , "b"`])(
  "%s matches",
  (header) => {
    expect(matchesEtag(header, ETAG)).toBe(true);
  },
);

test.each(["", "log-12", '"log-1"', '"log-123"', `"a", "b"`, '"*"', '"a, log-12"'])(
  "%s does not match",
  (header) => {
    expect(matchesEtag(header, ETAG)).toBe(false);
  },
);

test.each([
  [undefined, undefined],
  [" * ", undefined],
  ['"a-1-b"', ["a-1-b"]],
  ['"a" , W/"b","c"', ["a", "c"]],
  ['W/"a"', []],
  ['""', [""]],
])("If-Match %j names %j", (header, tags) => {
  expect(readIfMatch(header)).toEqual(tags);
});

test.each(["", "a-1-b", '"a', '"a" "b"', '"a",', '*, "a"', "w/'a'"])(
  "If-Match %j is refused",
  (header) => {
    expect(() => readIfMatch(header)).toThrow("If-Match has to be");
  },
);

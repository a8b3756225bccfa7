import { expect, test } from "vitest";
import { acceptedEncoding, acceptsHtml } from "./negotiate.ts";

test.each([
  ["text/html,application/xhtml+xml,*/*;q=0.8", true],
  ["application/json, Text/HTML;q=0.5", true],
  ["*/*", false],
  ["application/json", false],
  ["text/html;q=0", false],
  [undefined, false],
])("%s names HTML: %s", (accept, expected) => {
  expect(acceptsHtml(accept)).toBe(expected);
});

const ENCODINGS = [{ name: "br" }, { name: "gzip" }];

test.each([
  ["gzip, deflate, br", "br"],
  ["gzip", "gzip"],
  ["br;q=0, gzip;q=0.5", "gzip"],
  ["*", "br"],
  ["*;q=0.1, br;q=0", "gzip"],
  ["identity", undefined],
  [undefined, undefined],
])("%s gets %s", (header, expected) => {
  expect(acceptedEncoding(header, ENCODINGS)?.name).toBe(expected);
});

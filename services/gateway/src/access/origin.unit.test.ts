import { expect, test } from "vitest";
import { isOwnOrigin } from "./origin.ts";

const allowed = new Set(["https://vega.example.org"]);
const host = "localhost:5000";

test.each([
  [{ origin: "http://localhost:5000", host }, true],
  [{ origin: "http://LOCALHOST:5000", host }, true],
  [{ origin: "https://vega.example.org", host }, true],
  [{ referer: "http://localhost:5000/page?x=1", host }, true],
  [{ origin: "http://localhost:5001", host }, false],
  [{ origin: "http://localhost:5000.evil.test", host }, false],
  [{ origin: "http://localhost:5000@evil.test", host }, false],
  [{ origin: "http://vega.example.org", host }, false],
  [{ origin: "https://evil.test", referer: "http://localhost:5000/", host }, false],
  [{ origin: "null", host }, false],
  [{ origin: "file://localhost:5000", host }, false],
  [{ host }, false],
  [{ origin: "http://localhost:5000" }, false],
])("%j: %s", (headers, own) => {
  expect(isOwnOrigin(headers, allowed)).toBe(own);
});

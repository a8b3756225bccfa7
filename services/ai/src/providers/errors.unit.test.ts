import { expect, test } from "vitest";
import { errorInStream, retryAfterOf } from "./errors.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");

test.each<[Record<string, string>, number | undefined]>([
  [{ "retry-after": "2" }, 2_000],
  [{ "retry-after": "0.5" }, 500],
  [{ "retry-after": "Thu, 01 Jan 2026 00:00:07 GMT" }, 7_000],
  [{ "retry-after": "Wed, 31 Dec 2025 23:59:00 GMT" }, 0],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after-ms": "120", "retry-after": "1" }, 120],
  [{}, undefined],
])("%j is a Retry-After of %s ms", (headers, ms) => {
  expect(retryAfterOf(headers, NOW)).toBe(ms);
});

test("an unknown error event is a broken_stream", () => {
  expect(errorInStream({ error: "boom" })).toMatchObject({
    kind: "broken_stream",
    message: "boom",
  });
  const filtered = { error: { code: "content_filter", message: "no" } };
  expect(errorInStream(filtered)).toMatchObject({ kind: "content_filter" });
});

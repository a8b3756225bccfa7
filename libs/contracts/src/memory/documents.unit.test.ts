import { expect, test } from "vitest";
import { memoryId, memoryKeySchema, namespaceSchema } from "./documents.ts";

const legal = (key: string) => memoryKeySchema.safeParse(key).success;

test.each(["k", "last_topic", "Last topic", "Æ", "a/b.c:d@e+f-g", "_x", "1", "k".repeat(128)])(
  "%s is a key",
  (key) => expect(legal(key)).toBe(true),
);

test.each([
  "",
  " k",
  "k ",
  "__proto__",
  "constructor",
  "a\nb",
  "a\0",
  "$k",
  ".k",
  "k".repeat(129),
  "a?b",
])("%j is no key", (key) => expect(legal(key)).toBe(false));

test("a namespace has no slash, so that ids are unique", () => {
  expect(namespaceSchema.safeParse("a/b").success).toBe(false);
  expect(namespaceSchema.safeParse("user:7").success).toBe(true);
  expect(memoryId("a", "b/c")).toBe("a/b/c");
});

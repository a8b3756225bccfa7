import { expect, test } from "vitest";
import { redact } from "./redact.ts";

const HASH = `$2b$10$${"a".repeat(53)}`;

test("removes passwords by key and bcrypt hashes by pattern, at any depth", () => {
  const value = {
    users: [{ name: "u", password_hash: "x", Password: "y", "password-hash": "z", note: HASH }],
    list: [1, HASH, `before ${HASH} after`],
    nested: { passwordHash: 1, keep: { password_hint: "kept" } },
  };
  expect(redact(value)).toEqual({
    users: [{ name: "u" }],
    list: [1],
    nested: { keep: { password_hint: "kept" } },
  });
});

test("keeps everything else", () => {
  const value = { a: [null, true, 0, "$2b$10$short", { b: {} }], c: "ä" };
  expect(redact(value)).toEqual(value);
});

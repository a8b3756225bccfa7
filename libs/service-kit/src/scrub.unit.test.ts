import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { scrub } from "./scrub.ts";

const ROOT = "/projects/vega";
const JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";

test.each([
  ["a header", "Authorization: Bearer abc.def-1", "abc.def-1"],
  ["basic authentication", "sent Basic YWRhOmh1bnRlcjI=", "YWRhOmh1bnRlcjI"],
  ["a JWT", `could not verify ${JWT} at all`, JWT.slice(0, 20)],
  ["a JWT that was cut", `could not verify ${JWT.slice(0, 30)}`, JWT.slice(0, 20)],
  ["a key", "no key vega_k1Yx_abcdefgh", "k1Yx_abcdefgh"],
  ["a password in a query", "POST /login?password=hunter2&next=/", "hunter2"],
  ["a password in JSON", '{"new_password": "hunter 2", "a": 1}', "hunter 2"],
  ["a password in JSON in JSON", String.raw`"{\"password\":\"hunter 2\"}"`, "hunter 2"],
  ["a password with a quote", String.raw`{"password":"a\"hunter2"}`, "hunter2"],
  ["a variable", "VEGA_ADMIN_TOKEN=letmein is wrong", "letmein"],
  ["a cookie", "Cookie: vega_session=abc", "abc"],
  ["credentials of a URL", "connect mongodb://vega:p@ss@db:27017/vega failed", "p@ss"],
  ["a token of a URL", "nats://s3cr3t@127.0.0.1:4222", "s3cr3t"],
  ["an email address", "no mailbox ada.lovelace@example.org here", "lovelace"],
  ["a bcrypt hash", `is $2b$10$${"a".repeat(53)}`, "aaaaaaaaaa"],
  ["a hash", createHash("sha256").update("x").digest("hex"), "2d711642b726"],
  ["somebody's folder", "open '/home/ada/.ssh/id_rsa'", "ada"],
  ["what is above the project", "open /projects/other/notes.txt", "other"],
])("takes out %s", (_, text, secret) => {
  expect(text).toContain(secret);
  expect(scrub(text, ROOT)).not.toContain(secret);
});

test("keeps names and paths of the project", () => {
  for (const text of [
    "connect ECONNREFUSED 127.0.0.1:4222",
    "log entry 42: the entry does not follow from the one before",
    "user 7f9c24e8-3b1a-4f6e-9d2c-5a8b7c6d4e3f does not exist",
    "Cannot read properties of undefined (reading 'somethingRatherLongByName')",
    "route GET /api/users/:id",
    "documents/sessions/7f9c24e8-3b1a-4f6e-9d2c-5a8b7c6d4e3f is gone",
    "SQLITE_CONSTRAINT_PRIMARYKEY: UNIQUE constraint failed",
    "    at toBase64OrSomething (services/gateway/src/read-model/etag.ts:10:5)",
    "    at readLog (node_modules/@fastify/cookie/plugin.js:10:5)",
  ]) {
    expect(scrub(text, ROOT)).toBe(text);
  }
});

test("shows paths in the project from its folder on", () => {
  expect(scrub(`at f (file://${ROOT}/libs/a.ts:1:2), ${ROOT}/b.ts`, ROOT)).toBe(
    "at f (libs/a.ts:1:2), b.ts",
  );
});

test("removes random secrets, apart from one in a thousand that resembles a name", () => {
  let missed = 0;
  for (let n = 0; n < 10_000; n += 1) {
    const encoding = (["hex", "base64", "base64url"] as const)[n % 3];
    const text = randomBytes(32).toString(encoding);
    if (scrub(`saw "${text}" there`, ROOT).includes(text.slice(0, 20))) missed += 1;
  }
  expect(missed).toBeLessThan(10);
});

test("takes little time for any text", () => {
  const started = performance.now();
  for (const text of ["a", "password", "a@", "/home/", '"password":"\\', "ey", " "]) {
    scrub(text.repeat(1_000_000 / text.length), ROOT);
  }
  expect(performance.now() - started).toBeLessThan(2_000);
});

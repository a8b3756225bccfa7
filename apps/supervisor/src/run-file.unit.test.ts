import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readOrCreateSecret } from "./private-file.ts";
import { readRunFile, writeRunFile } from "./run-file.ts";

const folder = mkdtempSync(join(tmpdir(), "vega-run-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

const record = {
  pid: 1,
  startedAt: "2026-01-31T12:00:00.000Z",
  http: "http://127.0.0.1:5000",
  nats_url: "nats://secret@127.0.0.1:4222",
  own_bus: true,
  children: [{ name: "state", pid: 2, identity: "boot:3" }],
};

test("a written record is read back, and its mode is 0600", () => {
  const path = join(folder, "run.json");
  writeFileSync(path, "older", { mode: 0o644 });
  writeRunFile(path, record);
  expect(readRunFile(path)).toEqual(record);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a missing or invalid record is undefined", () => {
  const path = join(folder, "broken.json");
  expect(readRunFile(path)).toBeUndefined();
  for (const text of ["", "{", "null", '{"pid":"1"}', "[]"]) {
    writeFileSync(path, text);
    expect(readRunFile(path)).toBeUndefined();
  }
});

test("a secret is generated once, kept, and an invalid one is an error", () => {
  const path = join(folder, "token");
  const secret = readOrCreateSecret(path);
  expect(Buffer.from(secret, "base64url")).toHaveLength(32);
  expect(readOrCreateSecret(path)).toBe(secret);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(path, "");
  expect(() => readOrCreateSecret(path)).toThrow("invalid secret in");
});

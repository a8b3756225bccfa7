import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { commonEnvSchema, ConfigError, parseEnv, readEnv, wholeNumber } from "./env.ts";
import { createWindowCounter } from "./window.ts";

test("a secret may be read from a file", () => {
  const path = join(mkdtempSync(join(tmpdir(), "vega-env-")), "token");
  writeFileSync(path, "from the file\n");
  expect(readEnv({ VEGA_ADMIN_TOKEN_FILE: path })["VEGA_ADMIN_TOKEN"]).toBe("from the file");
  expect(() => readEnv({ VEGA_ADMIN_TOKEN: "x", VEGA_ADMIN_TOKEN_FILE: path })).toThrow(
    ConfigError,
  );
  expect(() => readEnv({ VEGA_ADMIN_TOKEN_FILE: "/nowhere" })).toThrow(/can't read \/nowhere/);
});

test("an empty variable counts as absent", () => {
  expect(readEnv({ NATS_URL: "" })).toEqual({});
});

test("the user of the bus may be set beside its URL, without escapes", () => {
  const user = { NATS_USER: "me", NATS_PASSWORD: "p@ss/$1" };
  const urlOf = (NATS_URL: string) => readEnv({ ...user, NATS_URL }).NATS_URL;
  expect(urlOf("nats://h:1")).toBe("nats://me:p%40ss%2F%241@h:1");
  expect(urlOf("tls://a:b@h:1, nats://i")).toBe("tls://me:p%40ss%2F%241@h:1, nats://i");
  expect(readEnv({ NATS_URL: "nats://a:b@h" }).NATS_URL).toBe("nats://a:b@h");
  expect(() => readEnv({ NATS_URL: "nats://h", NATS_USER: "me" })).toThrow(/go together/);
});

test("so may the user of the database", () => {
  const user = { MONGODB_USER: "me", MONGODB_PASSWORD: "p@ss" };
  const urlOf = (MONGODB_URL: string) => readEnv({ ...user, MONGODB_URL }).MONGODB_URL;
  expect(urlOf("mongodb://h:1,i:2/vega")).toBe("mongodb://me:p%40ss@h:1,i:2/vega");
  expect(urlOf("mongodb+srv://h/vega")).toBe("mongodb+srv://me:p%40ss@h/vega");
  expect(() => readEnv({ MONGODB_URL: "mongodb://h", MONGODB_USER: "me" })).toThrow(/go together/);
});

test("every invalid variable is named", () => {
  const schema = z.object({ A: wholeNumber(1), B: wholeNumber(2) });
  expect(parseEnv(schema, { A: "7" })).toEqual({ A: 7, B: 2 });
  const rule = "must be a whole number from 1 to 2147483647";
  expect(() => parseEnv(schema, { A: "x", B: "-1.5" })).toThrow(
    new ConfigError(`A: ${rule}; B: ${rule}`),
  );
});

test("a number out of range is refused with the range", () => {
  const schema = z.object({ A: wholeNumber(1) });
  for (const A of ["0", "-1", "0.5", "2147483648", "1e99", "NaN", "Infinity", " ", "five"]) {
    expect(() => parseEnv(schema, { A })).toThrow("A: must be a whole number from 1 to 2147483647");
  }
  for (const LOOP_TIME_SCALE of ["0", "-1", "101", "fast"]) {
    expect(() => parseEnv(commonEnvSchema, { NATS_URL: "nats://a", LOOP_TIME_SCALE })).toThrow(
      new ConfigError("LOOP_TIME_SCALE: must be a number above 0, at most 100"),
    );
  }
});

test("counts older than the window are dropped", () => {
  let now = 0;
  const counter = createWindowCounter(["ok", "bad"], 60, () => now);
  counter.count("ok");
  now = 30_000;
  counter.count("ok");
  counter.count("bad");
  expect(counter.totals()).toEqual({ ok: 2, bad: 1 });
  now = 60_500;
  expect(counter.totals()).toEqual({ ok: 1, bad: 1 });
  now = 200_000;
  expect(counter.totals()).toEqual({ ok: 0, bad: 0 });
});

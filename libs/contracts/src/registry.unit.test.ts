import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BUS_SERVICES, responderOf } from "./bus/services.ts";
import { changesOf, COLLECTIONS, ENTITIES, LOG_EVENTS, REQUESTS } from "./registry.ts";

const repeated = (names: readonly string[]) =>
  names.filter((name, index) => names.indexOf(name) !== index);

test("names are unique: entities, subjects, event types, collections", () => {
  expect(repeated(ENTITIES.map(({ name }) => name))).toEqual([]);
  expect(repeated(REQUESTS.map(({ subject }) => subject))).toEqual([]);
  expect(repeated(LOG_EVENTS.map(({ type }) => type))).toEqual([]);
  expect(repeated(COLLECTIONS.map(({ name }) => name))).toEqual([]);
});

test.each(REQUESTS)("$subject names the service that replies, and its callers", (contract) => {
  expect(contract.subject).toMatch(/^vega\.[a-z]+\.[a-z-]+\.[a-z_-]+$/);
  expect(BUS_SERVICES).toContain(responderOf(contract.subject));
  expect(contract.callers).not.toEqual([]);
});

const recorded = globSync("*.json", { cwd: join(import.meta.dirname, "compat/v1") }).map((file) => {
  const text = readFileSync(join(import.meta.dirname, "compat/v1", file), "utf8");
  return { file, event: (JSON.parse(text) as { event: { type: string; data: unknown } }).event };
});

test.each(recorded)("$file changes documents of declared collections only", ({ event }) => {
  const declared = COLLECTIONS.map(({ name }) => name);
  for (const { collection } of changesOf(event)) expect(declared).toContain(collection);
});

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { changesOf, cloudEventSchema, eventContract, LOG_EVENTS } from "../index.ts";

/*
 * Events that were written once stay in logs for years: every payload in this folder, as it was sent then, must
 * still parse and still mean the same. Files are added when a contract changes, never edited.
 */

const folder = new URL("./v1/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

test("there is a payload of every event", () => {
  const types = new Set(files.map((name): string => read(name).event.type));
  expect(types).toEqual(new Set(LOG_EVENTS.map(({ type }) => type)));
});

test.each(files)("%s still parses and leads to the same documents", (name) => {
  const { event, changes } = read(name);
  const parsed = cloudEventSchema.parse(event);
  expect(eventContract(parsed.type)?.data.parse(parsed.data)).toEqual(event.data);
  expect(changesOf(parsed)).toEqual(changes);
});

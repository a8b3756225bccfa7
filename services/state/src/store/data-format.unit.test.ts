import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DATA_FORMAT, MIN_READER, RELEASED_FORMAT } from "./data-format.ts";
import type { FormatRecord } from "./fingerprint.ts";
import { changedParts, fingerprints, newRecord, recordProblem } from "./fingerprint.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const record = JSON.parse(read("./data-format.json")) as FormatRecord;

test("the stored data are those that are recorded for this data format", () => {
  // The text says what to do.
  expect(recordProblem(record)).toBeUndefined();
});

test("docs/how-to/upgrading.md has a line for this data format", () => {
  expect(read("../../../../docs/how-to/upgrading.md")).toMatch(
    new RegExp(`^\\| ${DATA_FORMAT} +\\| ${MIN_READER} +\\| .*\\S`, "m"),
  );
});

test("the numbers are in order", () => {
  expect(MIN_READER).toBeLessThanOrEqual(DATA_FORMAT);
  expect([DATA_FORMAT, DATA_FORMAT - 1]).toContain(RELEASED_FORMAT);
});

test("a changed part is named, with what to do", () => {
  const other = { ...fingerprints(), "collection users": "0" };
  expect(changedParts(record.fingerprints, other)).toEqual(["collection users"]);
  expect(recordProblem(record, other)).toMatch(
    /changed: collection users.*npm run generate.*DATA_FORMAT.*MIN_READER.*docs\/how-to\/upgrading\.md/,
  );
  const { sqlite: _gone, ...fewer } = fingerprints();
  expect(changedParts(record.fingerprints, fewer)).toEqual(["sqlite"]);
});

test("a data format that is released is not recorded again", () => {
  const changed = { ...record, fingerprints: { ...record.fingerprints, sqlite: "0" } };
  expect(() => newRecord(changed, DATA_FORMAT)).toThrow(
    `data format ${DATA_FORMAT} is released, and the stored data changed`,
  );
  expect(newRecord(changed, DATA_FORMAT - 1)).toEqual(record);
  expect(newRecord(undefined)).toEqual(record);
});

test("a fingerprint covers shape and indexes of collections, and data of events", () => {
  const parts = Object.keys(record.fingerprints);
  expect(parts).toEqual(
    expect.arrayContaining(["collection users", "event vega.user.changed.v1", "sqlite", "backup"]),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { entriesAfter } from "../store/contract/fixtures.ts";
import type { LogEntry } from "../store/store.ts";
import { firstBreak, GENESIS_HASH } from "./chain.ts";

const START = { sequence: 0, hash: GENESIS_HASH };
const ENTRIES = entriesAfter(undefined, 8);

test("a chain that nobody touched is whole", () => {
  expect(firstBreak(ENTRIES, START)).toBeUndefined();
  expect(firstBreak(ENTRIES.slice(3))).toBeUndefined();
});

test("an entry that is taken out shows", () => {
  expect(firstBreak(ENTRIES.toSpliced(3, 1), START)).toEqual({
    sequence: 4,
    reason: "the entry is missing",
  });
  expect(firstBreak(ENTRIES.slice(1), START)?.sequence).toBe(1);
});

test("the key order of what a database gives back does not matter", () => {
  const reordered = ENTRIES.map(
    (entry) => Object.fromEntries(Object.entries(entry).toReversed()) as unknown as LogEntry,
  );
  expect(firstBreak(reordered, START)).toBeUndefined();
});

const CHANGES: readonly Partial<LogEntry>[] = [
  { type: "vega.other.v1" },
  { subject: "memory/default/other" },
  { time: "2026-01-31T12:00:00.001Z" },
  { id: "another" },
  { data: { a: 1 } },
  { salt: "pepper" },
  { context: { actor: { id: "somebody" } } },
  { hash: "0".repeat(64) },
  { digest: "0".repeat(64) },
  { previous_hash: "1".repeat(64) },
];

test("any change of any entry shows at that entry", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: ENTRIES.length - 1 }),
      fc.constantFrom(...CHANGES),
      (index, change) => {
        const tampered = ENTRIES.map((entry, at) =>
          at === index ? { ...entry, ...change } : entry,
        );
        expect(firstBreak(tampered, START)?.sequence).toBe(index + 1);
      },
    ),
  );
});

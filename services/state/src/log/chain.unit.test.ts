import fc from "fast-check";
import { expect, test } from "vitest";
import { entriesAfter, entryAfter } from "../store/contract/fixtures.ts";
import { eraseContent } from "../store/erase.ts";
import type { LogEntry } from "../store/store.ts";
import { firstBreak, GENESIS_HASH, hashOf, partOrigin } from "./chain.ts";

const START = { sequence: 0, hash: GENESIS_HASH };
const ENTRIES = entriesAfter(undefined, 8);

/** As version 0.1.0 wrote it, before the origin lay beside the context. */
const OLD_ENTRY: LogEntry = {
  sequence: 2,
  id: "3b91dedf-a5ba-4d39-a5d7-a5f5e076512e",
  type: "vega.memory.changed.v1",
  subject: "memory/default/topic",
  time: "2026-11-23T00:53:26.559Z",
  context: {
    actor: {
      id: "admin-token",
      address: "127.0.0.1",
      user_agent: "curl/8.5.0",
    },
    request_id: "9f0c1d6a",
  },
  data: {
    namespace: "default",
    key: "topic",
    value: "ravens",
    expires_at: null,
    updated_at: "2026-11-23T00:53:26.559Z",
    bytes: 8,
  },
  salt: "d5de6071-cceb-4658-9d31-d9dd78457f9e",
  previous_hash: "87354440ce432e858e1b1fcd615f5557570c9c4916c728388753a22fe9dfc82a",
  digest: "ca263dc463eb1580d74be87aee641a775b8cba779ed5f3b6caef2a2746547bbe",
  hash: "ee7dd683856c2489cf0ccbd114cb5fa477d537488caee7c10123375230bad204",
};

test("the clock of an entry is part of the chain, and one without a clock has the hash of older versions", () => {
  expect(hashOf(OLD_ENTRY)).toBe(OLD_ENTRY.hash);
  const [first] = ENTRIES;
  const entry = entryAfter(first, {}, { clock: "2026-01-31T11:00:00.000Z" });
  expect(firstBreak([entry], first)).toBeUndefined();
  const { clock: _clock, ...without } = entry;
  for (const forged of [without, { ...entry, clock: "2026-01-31T11:00:00.001Z" }]) {
    expect(firstBreak([forged], first)).toMatchObject({ reason: "the entry was changed" });
  }
});

test("an unmodified chain is whole", () => {
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

test("an origin that was changed shows; one that was erased does not", () => {
  const parted = partOrigin({ actor: { id: "ada", address: "192.0.2.7" } }, "its own salt");
  expect(parted.context.actor).not.toHaveProperty("address");
  const entry = entryAfter(undefined, {}, parted);
  const { origin: _origin, ...without } = entry;
  expect(firstBreak([entry], START)).toBeUndefined();
  expect(firstBreak([without], START)).toBeUndefined();
  const forged = { address: "198.51.100.1", user_agent: null, salt: "its own salt" };
  expect(firstBreak([{ ...entry, origin: forged }], START)?.sequence).toBe(1);
  expect(firstBreak([{ ...entryAfter(undefined), origin: forged }], START)?.sequence).toBe(1);
});

test("an erased entry keeps its place, and nothing else of it can be changed", () => {
  const erased = ENTRIES.toSpliced(3, 1, eraseContent(ENTRIES[3] as LogEntry));
  expect(firstBreak(erased, START)).toBeUndefined();
  const later = { ...(erased[3] as LogEntry), time: "2026-02-01T00:00:00.000Z" };
  expect(firstBreak(erased.toSpliced(3, 1, later), START)?.sequence).toBe(4);
});

test("an erased entry can't be given another content", () => {
  const forgeries: Partial<LogEntry>[] = [
    { data: { said: "never" } },
    { subject: "users/ada" },
    { context: { actor: { id: "ada" } } },
    { origin: { address: "192.0.2.7", user_agent: null, salt: "" } },
  ];
  for (const forgery of forgeries) {
    const forged = { ...eraseContent(ENTRIES[3] as LogEntry), ...forgery };
    expect(firstBreak(ENTRIES.toSpliced(3, 1, forged), START)?.sequence).toBe(4);
  }
});

test("an entry of a version that had the origin in the context still verifies", () => {
  expect(firstBreak([OLD_ENTRY])).toBeUndefined();
  const moved = { ...OLD_ENTRY.context, actor: { ...OLD_ENTRY.context.actor, address: "::1" } };
  expect(firstBreak([{ ...OLD_ENTRY, context: moved }])?.reason).toBe("the content was changed");
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

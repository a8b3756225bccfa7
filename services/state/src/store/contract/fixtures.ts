import type { JsonObject } from "@vega/contracts";
import { randomUUID } from "node:crypto";
import { GENESIS_HASH, seal } from "../../log/chain.ts";
import type { Batch, Change, Head, LogEntry } from "../store.ts";

export const TIME = "2026-01-31T12:00:00.000Z";

/** A sealed entry that follows a head; undefined for the first. */
export function entryAfter(
  head: Pick<Head, "sequence" | "hash"> | undefined,
  data: JsonObject = {},
  more: Partial<LogEntry> = {},
): LogEntry {
  return seal({
    sequence: (head?.sequence ?? 0) + 1,
    id: randomUUID(),
    type: "vega.memory.changed.v1",
    subject: "memory/default/k",
    time: TIME,
    context: { actor: { id: "admin", address: "127.0.0.1" }, request_id: "r1" },
    data,
    salt: "salt",
    previous_hash: head?.hash ?? GENESIS_HASH,
    ...more,
  });
}

/** As many entries in a chain. */
export function entriesAfter(
  head: Pick<Head, "sequence" | "hash"> | undefined,
  count: number,
): LogEntry[] {
  const entries: LogEntry[] = [];
  for (let index = 0; index < count; index += 1) entries.push(entryAfter(entries.at(-1) ?? head));
  return entries;
}

export function batchOf(
  entries: readonly LogEntry[],
  changes: readonly Change[] = [],
  relayed = 0,
): Batch {
  return { expectedSequence: (entries[0]?.sequence ?? 1) - 1, entries, changes, relayed };
}

/** A memory document as the schema of its collection has it. */
export function memoryChange(
  key: string,
  value: JsonObject[string],
  expires_at: string | null = null,
): Change {
  return {
    collection: "memory",
    id: `default/${key}`,
    body: {
      namespace: "default",
      key,
      value,
      expires_at,
      updated_at: TIME,
      bytes: Buffer.byteLength(JSON.stringify(value)),
    },
  };
}

/** JSON that databases get wrong. */
export const NASTY: JsonObject = {
  "a.b": { "c.d": 1 },
  $set: { $inc: 1, nested: [{ $gt: null }] },
  "": "empty key",
  "0": "a key like an index",
  b: [1, -0.5, 1e300, 5e-324, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 0.1],
  text: 'Æ – \u0000 \u{1F600} \u2028 "quoted" \\',
  nothing: null,
  yes: true,
  deep: { deep: { deep: { deep: { deep: { deep: [[[[[]]]]] } } } } },
  date: "2026-01-31T12:00:00.000Z",
  _id: "not an id",
};

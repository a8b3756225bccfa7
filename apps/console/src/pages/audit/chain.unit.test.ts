import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ChainEntry, Progress } from "./chain.ts";
import { hashOf, verifyPage } from "./chain.ts";
import { sha256 } from "./sha256.ts";

test.each([0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1_000, 100_000])(
  "SHA-256 of %i bytes",
  (length) => {
    const text = "aé".repeat(length).slice(0, length);
    expect(sha256(text)).toBe(createHash("sha256").update(text).digest("hex"));
  },
);

/** A chain of a length, oldest first. */
function chain(length: number): ChainEntry[] {
  const entries: ChainEntry[] = [];
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const entry = {
      sequence,
      id: `id-${sequence}`,
      action: "vega.loop.iterated.v1",
      time: "2026-11-30T17:32:52.671Z",
      digest: "d".repeat(64),
      previous_hash: entries.at(-1)?.hash ?? "0".repeat(64),
      hash: "",
      ...(sequence === 3 && { clock: "2026-11-30T17:32:50.000Z" }),
    };
    entries.push({ ...entry, hash: hashOf(entry) });
  }
  return entries;
}

const START: Progress = { verified: 0, compacted: 0 };
const newestFirst = (entries: readonly ChainEntry[]) => entries.toReversed();

describe("the chain", () => {
  test("is whole, in one page and in several", () => {
    const entries = newestFirst(chain(6));
    expect(verifyPage(START, entries, [])).toMatchObject({ verified: 6, compacted: 0 });
    const half = verifyPage(START, entries.slice(0, 3), []);
    expect(verifyPage(half, entries.slice(3), [])).toMatchObject({ verified: 6 });
  });

  test("names a changed entry", () => {
    const entries = chain(6).map((entry) =>
      entry.sequence === 4 ? { ...entry, time: "2026-11-30T18:00:00.000Z" } : entry,
    );
    expect(verifyPage(START, newestFirst(entries), []).fault).toEqual({
      sequence: 4,
      reason: "changed",
    });
  });

  test("names an entry that was exchanged together with its own hash", () => {
    const forged = chain(6).map((entry) => {
      if (entry.sequence !== 4) return entry;
      const other = { ...entry, digest: "e".repeat(64) };
      return { ...other, hash: hashOf(other) };
    });
    expect(verifyPage(START, newestFirst(forged), []).fault).toEqual({
      sequence: 4,
      reason: "unlinked",
    });
  });

  test("names a missing entry, unless the log declares the range", () => {
    const entries = newestFirst(
      chain(6).filter(({ sequence }) => sequence !== 3 && sequence !== 4),
    );
    expect(verifyPage(START, entries, []).fault).toEqual({ sequence: 4, reason: "missing" });
    const declared = [{ from: 3, to: 4, removed: 2 }];
    expect(verifyPage(START, entries, declared)).toMatchObject({ verified: 4, compacted: 2 });
  });

  test("begins with the first entry", () => {
    const [first, ...rest] = chain(3).toReversed().toReversed();
    if (!first) throw new Error("no entry");
    const other = { ...first, previous_hash: "1".repeat(64) };
    const forged = { ...other, hash: hashOf(other) };
    const second = rest.map((entry) => {
      const next = { ...entry, previous_hash: forged.hash };
      return { ...next, hash: hashOf(next) };
    });
    const page = [second[0], forged].filter((entry) => entry !== undefined);
    expect(verifyPage(START, page, []).fault).toEqual({ sequence: 1, reason: "unlinked" });
  });
});

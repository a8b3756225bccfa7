import { thinnedId } from "@vega/contracts";
import { expect, test } from "vitest";
import { firstBreak, GENESIS_HASH, partOrigin } from "../../log/chain.ts";
import type { Change, LogEntry } from "../store.ts";
import { batchOf, entriesAfter, entryAfter } from "./fixtures.ts";
import type { StoreUnderTest } from "./subject.ts";

/** Contract of a store: erasure and removal of older entries. */
export function erasureContract(at: StoreUnderTest): void {
  test("erases the content or the origin of older entries with a commit, and the chain verifies", async () => {
    const entries: LogEntry[] = [];
    for (let n = 0; n < 3; n += 1) {
      const parted = partOrigin({ actor: { id: "a-person", address: "192.0.2.7" } }, "origin salt");
      entries.push(entryAfter(entries.at(-1), { secret: `remark ${n}` }, parted));
    }
    await at.store.commit(batchOf(entries));
    const last = entryAfter(entries.at(-1));
    const batch = { ...batchOf([last]), erased: [2], originErased: [3] };
    expect(await at.store.commit(batch)).toBe("committed");
    const stored = await at.store.readLog({ after: 0, limit: 10 });
    expect(firstBreak(stored, { sequence: 0, hash: GENESIS_HASH })).toBeUndefined();
    expect(stored[0]).toEqual(entries[0]);
    expect(stored[1]).toMatchObject({ sequence: 2, data: null, erased: true });
    expect(JSON.stringify(stored[1])).not.toMatch(/remark|192\.0\.2\.7|a-person/);
    expect(stored[2]).toMatchObject({ data: { secret: "remark 2" } });
    expect(JSON.stringify(stored[2])).not.toContain("192.0.2.7");
    expect(
      (await at.store.queryLog({ actor: "a-person", limit: 10 })).map((e) => e.sequence),
    ).toEqual([3, 1]);
    expect(await at.store.check()).toEqual([]);
  });

  test("a commit removes entries; reads pass over a recorded gap, and an unrecorded one is a fault", async () => {
    const entries = entriesAfter(undefined, 8);
    await at.store.commit(batchOf(entries));
    const gap = { from: 3, to: 6, hash: entries[5]?.hash ?? "" };
    const range = { from: 3, until: 7, removed: 4, stage: "hour", gaps: [gap] };
    const record: Change = { collection: "log_gaps", id: thinnedId(3), body: range };
    const last = entryAfter(entries.at(-1));
    const batch = { ...batchOf([last], [record]), removed: [3, 4, 5, 6] };
    expect(await at.store.commit(batch)).toBe("committed");
    const sequences = async (after: number, limit: number) =>
      (await at.store.readLog({ after, limit })).map(({ sequence }) => sequence);
    expect(await sequences(0, 10)).toEqual([1, 2, 7, 8, 9]);
    expect(await sequences(2, 2)).toEqual([7, 8]);
    expect(await sequences(4, 1)).toEqual([7]);
    expect(await sequences(9, 5)).toEqual([]);
    expect(await at.store.head()).toMatchObject({ sequence: 9 });
    expect(await at.store.check()).toEqual([]);
    const next = entryAfter(last);
    expect(await at.store.commit(batchOf([next], [{ ...record, body: null }]))).toBe("committed");
    expect((await at.store.check()).join()).toMatch(/missing|lacks/);
  });

  test("a commit that conflicts erases nothing", async () => {
    const entries = entriesAfter(undefined, 2);
    await at.store.commit(batchOf(entries));
    const late = { ...batchOf([entryAfter(entries[0])]), erased: [1] };
    expect(await at.store.commit(late)).toBe("conflict");
    expect(await at.store.readLog({ after: 0, limit: 2 })).toEqual(entries);
  });
}

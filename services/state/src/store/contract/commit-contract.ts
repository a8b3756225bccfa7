import { expect, test } from "vitest";
import { batchOf, entriesAfter, entryAfter, memoryChange } from "./fixtures.ts";
import type { StoreUnderTest } from "./subject.ts";

/** Contract of a store: commits: all or nothing, one writer at a head, durable. */
export function commitContract(at: StoreUnderTest): void {
  test("starts empty", async () => {
    expect(await at.store.head()).toBeUndefined();
    expect(await at.store.readLog({ after: 0, limit: 10 })).toEqual([]);
    expect(await at.store.get("memory", "default/k")).toBeUndefined();
    expect(await at.store.query("memory", {})).toEqual([]);
    expect(await at.store.check()).toEqual([]);
  });

  test("has the head of the last commit, also after it was opened again", async () => {
    const first = await at.commitOne();
    const last = await at.commitOne([], 1);
    const head = { sequence: 2, hash: last.hash, logId: first.id, relayed: 1 };
    expect(await at.store.head()).toEqual(head);
    await at.reopen();
    expect(await at.store.head()).toEqual(head);
    expect(await at.store.check()).toEqual([]);
  });

  test("never takes the relay's checkpoint back", async () => {
    await at.commitOne([], 7);
    await at.commitOne([], 3);
    expect((await at.store.head())?.relayed).toBe(7);
  });

  test("refuses a batch that does not follow the head, and writes nothing of it", async () => {
    const first = await at.commitOne([memoryChange("k", 1)]);
    const late = { ...batchOf([entryAfter(undefined)], [memoryChange("k", 2)]) };
    expect(await at.store.commit(late)).toBe("conflict");
    const early = batchOf([entryAfter({ ...first, sequence: 5 })], [memoryChange("k", 3)]);
    expect(await at.store.commit(early)).toBe("conflict");
    expect((await at.store.head())?.sequence).toBe(1);
    expect((await at.store.get("memory", "default/k"))?.["value"]).toBe(1);
  });

  test("lets one of many commits at the same head through", async () => {
    await at.commitOne();
    const head = await at.store.head();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        at.store.commit(batchOf([entryAfter(head)], [memoryChange("k", index)])),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "committed")).toHaveLength(1);
    expect((await at.store.head())?.sequence).toBe(2);
    expect(await at.store.check()).toEqual([]);
  });

  test("takes a large batch whole", async () => {
    const entries = entriesAfter(undefined, 300);
    const value = "x".repeat(8_000);
    const changes = entries.map((entry) => memoryChange(`k${entry.sequence}`, value));
    expect(await at.store.commit(batchOf(entries, changes))).toBe("committed");
    expect((await at.store.head())?.sequence).toBe(300);
    expect(await at.store.query("memory", { limit: 1_000 })).toHaveLength(300);
  });

  test("answers a ping", async () => {
    await expect(at.store.ping()).resolves.toBeUndefined();
  });
}

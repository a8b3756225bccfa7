import { expect, test } from "vitest";
import { firstBreak } from "../../log/chain.ts";
import type { Change, Document, Store } from "../store.ts";
import { batchOf, entryAfter, memoryChange, NASTY } from "./fixtures.ts";
import type { StoreUnderTest } from "./subject.ts";

/** Contract of a store: documents, queries and snapshots. */
export function documentContract(at: StoreUnderTest): void {
  test("keeps entries and documents as they were given", async () => {
    const change = memoryChange("nasty", NASTY);
    const entry = entryAfter(undefined, { value: NASTY });
    await at.store.commit(batchOf([entry], [change]));
    const [stored] = await at.store.readLog({ after: 0, limit: 1 });
    expect(stored).toEqual(entry);
    expect(firstBreak([entry])).toBeUndefined();
    // The hash is over what comes back, not over what went in.
    expect(stored && firstBreak([stored], undefined)).toBeUndefined();
    expect(await at.store.get("memory", "default/nasty")).toEqual(change.body);
  });

  test("applies changes in order: put, replace, delete, put again", async () => {
    await at.commitOne([
      memoryChange("a", 1),
      memoryChange("a", 2),
      memoryChange("b", 1),
      { collection: "memory", id: "default/b", body: null },
      memoryChange("c", 1),
      { collection: "memory", id: "default/c", body: null },
      memoryChange("c", 3),
    ]);
    const values = (await at.store.query("memory", {})).map(({ id, body }) => [id, body["value"]]);
    expect(values).toEqual([
      ["default/a", 2],
      ["default/c", 3],
    ]);
  });

  test("queries by prefix, by expiry and up to a limit", async () => {
    const other: Change = { ...memoryChange("x", 1), id: "default2/x" };
    await at.commitOne([
      memoryChange("a", 1, "2026-01-31T12:00:00.000Z"),
      memoryChange("b", 1, "2026-01-31T12:00:00.001Z"),
      memoryChange("Æ", 1),
      other,
    ]);
    const ids = async (query: Parameters<Store["query"]>[1]) =>
      (await at.store.query("memory", query)).map(({ id }) => id);
    expect(await ids({ prefix: "default/" })).toEqual(["default/a", "default/b", "default/Æ"]);
    expect(await ids({ prefix: "default/", limit: 2 })).toEqual(["default/a", "default/b"]);
    expect(await ids({ expiresUntil: "2026-01-31T12:00:00.000Z" })).toEqual(["default/a"]);
    expect(await ids({ prefix: "none/" })).toEqual([]);
    expect(await ids({ prefix: "default/", after: "default/a" })).toEqual([
      "default/b",
      "default/Æ",
    ]);
    expect(await ids({ prefix: "default/", limit: 2, reverse: true })).toEqual([
      "default/Æ",
      "default/b",
    ]);
    expect(await ids({ prefix: "default/", before: "default/b", reverse: true })).toEqual([
      "default/a",
    ]);
  });

  test("gives a snapshot of one moment while commits go on", async () => {
    await at.commitOne(Array.from({ length: 450 }, (_, n) => memoryChange(`k${n}`, "before")));
    const snapshot = await at.store.snapshot();
    const seen: Document[] = [];
    for await (const document of snapshot.documents) {
      if (seen.length === 0) {
        await at.commitOne(Array.from({ length: 450 }, (_, n) => memoryChange(`k${n}`, "after")));
      }
      seen.push(document);
    }
    expect(snapshot.head.sequence).toBe(1);
    expect(seen).toHaveLength(450);
    expect(new Set(seen.map(({ body }) => body["value"]))).toEqual(new Set(["before"]));
    expect((await at.store.get("memory", "default/k0"))?.["value"]).toBe("after");
  });
}

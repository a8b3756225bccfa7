import { thinnedId } from "@vega/contracts";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { firstBreak, GENESIS_HASH, partOrigin } from "../../log/chain.ts";
import type { Change, Document, LogEntry, LogFilter, Store } from "../store.ts";
import { batchOf, entriesAfter, entryAfter, memoryChange, NASTY } from "./fixtures.ts";

/** A database that the suite may open, close, open again and throw away. */
export interface Subject {
  open(): Promise<Store>;
  /** A fresh, empty database under the same roof. */
  reset(): Promise<void>;
  destroy(): Promise<void>;
}

/** What every store promises. Each adapter runs this suite against its real database. */
export function storeContract(name: string, make: () => Promise<Subject>): void {
  describe(`the ${name} store`, () => {
    let subject: Subject;
    let store: Store;

    beforeAll(async () => {
      subject = await make();
    });
    beforeEach(async () => {
      await subject.reset();
      store = await subject.open();
      return () => store.close();
    });
    afterAll(() => subject?.destroy());

    const commitOne = async (changes: readonly Change[] = [], relayed = 0) => {
      const entry = entryAfter(await store.head(), { changes: changes.length });
      expect(await store.commit(batchOf([entry], changes, relayed))).toBe("committed");
      return entry;
    };

    test("starts empty", async () => {
      expect(await store.head()).toBeUndefined();
      expect(await store.readLog({ after: 0, limit: 10 })).toEqual([]);
      expect(await store.get("memory", "default/k")).toBeUndefined();
      expect(await store.query("memory", {})).toEqual([]);
      expect(await store.check()).toEqual([]);
    });

    test("keeps entries and documents as they were given", async () => {
      const change = memoryChange("nasty", NASTY);
      const entry = entryAfter(undefined, { value: NASTY });
      await store.commit(batchOf([entry], [change]));
      const [stored] = await store.readLog({ after: 0, limit: 1 });
      expect(stored).toEqual(entry);
      expect(firstBreak([entry])).toBeUndefined();
      // The hash is over what comes back, not over what went in.
      expect(stored && firstBreak([stored], undefined)).toBeUndefined();
      expect(await store.get("memory", "default/nasty")).toEqual(change.body);
    });

    test("has the head of the last commit, also after it was opened again", async () => {
      const first = await commitOne();
      const last = await commitOne([], 1);
      const head = { sequence: 2, hash: last.hash, logId: first.id, relayed: 1 };
      expect(await store.head()).toEqual(head);
      await store.close();
      store = await subject.open();
      expect(await store.head()).toEqual(head);
      expect(await store.check()).toEqual([]);
    });

    test("never takes the relay's checkpoint back", async () => {
      await commitOne([], 7);
      await commitOne([], 3);
      expect((await store.head())?.relayed).toBe(7);
    });

    test("refuses a batch that does not follow the head, and writes nothing of it", async () => {
      const first = await commitOne([memoryChange("k", 1)]);
      const late = { ...batchOf([entryAfter(undefined)], [memoryChange("k", 2)]) };
      expect(await store.commit(late)).toBe("conflict");
      const early = batchOf([entryAfter({ ...first, sequence: 5 })], [memoryChange("k", 3)]);
      expect(await store.commit(early)).toBe("conflict");
      expect((await store.head())?.sequence).toBe(1);
      expect((await store.get("memory", "default/k"))?.["value"]).toBe(1);
    });

    test("lets one of many commits at the same head through", async () => {
      await commitOne();
      const head = await store.head();
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          store.commit(batchOf([entryAfter(head)], [memoryChange("k", index)])),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === "committed")).toHaveLength(1);
      expect((await store.head())?.sequence).toBe(2);
      expect(await store.check()).toEqual([]);
    });

    test("applies changes in order: put, replace, delete, put again", async () => {
      await commitOne([
        memoryChange("a", 1),
        memoryChange("a", 2),
        memoryChange("b", 1),
        { collection: "memory", id: "default/b", body: null },
        memoryChange("c", 1),
        { collection: "memory", id: "default/c", body: null },
        memoryChange("c", 3),
      ]);
      const values = (await store.query("memory", {})).map(({ id, body }) => [id, body["value"]]);
      expect(values).toEqual([
        ["default/a", 2],
        ["default/c", 3],
      ]);
    });

    test("reads the log in pages", async () => {
      const entries = entriesAfter(undefined, 25);
      await store.commit(batchOf(entries));
      const page = await store.readLog({ after: 10, limit: 10 });
      expect(page.map(({ sequence }) => sequence)).toEqual(
        [...Array(10).keys()].map((n) => n + 11),
      );
      expect(page).toEqual(entries.slice(10, 20));
      expect(await store.readLog({ after: 25, limit: 10 })).toEqual([]);
    });

    test("finds entries of the log by who, what, about what and when, newest first", async () => {
      const entries: LogEntry[] = [];
      for (const [actor, type, about, time] of [
        ["a-person", "vega.session.started.v1", "sessions/ada/1", "2026-01-31T12:00:00.000Z"],
        ["bob", "vega.session.started.v1", "sessions/bob/1", "2026-01-31T12:00:01.000Z"],
        ["a-person", "vega.session.ended.v1", "sessions/ada/1", "2026-01-31T12:00:02.000Z"],
        ["a-person", "vega.agent.changed.v1", "agents/miracore", "2026-01-31T12:00:03.000Z"],
      ] as const) {
        const context = { actor: { id: actor } };
        entries.push(entryAfter(entries.at(-1), {}, { type, subject: about, time, context }));
      }
      await store.commit(batchOf(entries));
      const found = async (filter: Partial<LogFilter>) =>
        (await store.queryLog({ limit: 10, ...filter })).map(({ sequence }) => sequence);
      expect(await found({})).toEqual([4, 3, 2, 1]);
      expect(await found({ limit: 2 })).toEqual([4, 3]);
      expect(await found({ before: 3 })).toEqual([2, 1]);
      expect(await found({ actor: "a-person" })).toEqual([4, 3, 1]);
      expect(await found({ type: "vega.session.started.v1" })).toEqual([2, 1]);
      expect(await found({ typePrefix: "vega.session." })).toEqual([3, 2, 1]);
      expect(await found({ subject: "sessions/ada/1" })).toEqual([3, 1]);
      expect(await found({ subjectPrefix: "sessions/" })).toEqual([3, 2, 1]);
      expect(await found({ from: "2026-01-31T12:00:01.000Z" })).toEqual([4, 3, 2]);
      expect(await found({ to: "2026-01-31T12:00:01.000Z" })).toEqual([1]);
      expect(await found({ actor: "a-person", typePrefix: "vega.session.", before: 3 })).toEqual([
        1,
      ]);
      expect(await found({ actor: "eve" })).toEqual([]);
      expect((await store.queryLog({ limit: 1 }))[0]).toEqual(entries[3]);
    });

    test("keeps the clock of an entry, erased or not, and what the log had come to by a second of it", async () => {
      const clock = "2026-01-31T11:59:00.500Z";
      const entry = entryAfter(undefined, {}, { clock });
      const mark = {
        collection: "log_clocks",
        id: clock.slice(0, 19),
        body: { sequence: 1 },
      } as const;
      await store.commit(batchOf([entry], [mark]));
      expect(await store.readLog({ after: 0, limit: 1 })).toEqual([entry]);
      const before = { before: "2026-01-31T11:59:01", reverse: true, limit: 1 };
      expect(await store.query("log_clocks", before)).toEqual([mark]);
      await store.commit({ ...batchOf([entryAfter(entry)]), erased: [1] });
      const erased = await store.readLog({ after: 0, limit: 10 });
      expect(erased[0]).toMatchObject({ clock, erased: true });
      expect(firstBreak(erased, { sequence: 0, hash: GENESIS_HASH })).toBeUndefined();
    });

    test("finds what a look at every entry finds", async () => {
      const pick = (values: readonly string[], n: number) => values[n % values.length] ?? "";
      const types = ["vega.a.x.v1", "vega.a.y.v1", "vega.b.x.v1", "vega.a"];
      const subjects = ["a/1", "a/11", "a/2", "b/1", "Æ/1"];
      const entries: LogEntry[] = [];
      for (let n = 0; n < 90; n += 1) {
        const time = new Date(Date.parse("2026-01-31T12:00:00.000Z") + Math.floor(n / 3) * 1_000);
        const more = {
          type: pick(types, n * 7),
          subject: pick(subjects, n * 11),
          time: time.toISOString(),
          context: { actor: { id: `u${(n * 5) % 7}` } },
        };
        entries.push(entryAfter(entries.at(-1), {}, more));
      }
      await store.commit(batchOf(entries));
      const some = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });
      const times = fc
        .integer({ min: -1_000, max: 31_500 })
        .map((ms) => new Date(Date.parse("2026-01-31T12:00:00.000Z") + ms).toISOString());
      const filters = fc.record({
        actor: some(fc.constantFrom("u0", "u3", "unknown")),
        type: some(fc.constantFrom(...types)),
        typePrefix: some(fc.constantFrom("", "vega.", "vega.a.", "vega.c")),
        subject: some(fc.constantFrom(...subjects)),
        subjectPrefix: some(fc.constantFrom("", "a/1", "a/", "Æ")),
        from: some(times),
        to: some(times),
        before: some(fc.integer({ min: 1, max: 100 })),
        limit: fc.integer({ min: 1, max: 40 }),
      });
      const meets = (entry: LogEntry, f: LogFilter) =>
        (f.actor ?? entry.context.actor.id) === entry.context.actor.id &&
        (f.type ?? entry.type) === entry.type &&
        entry.type.startsWith(f.typePrefix ?? "") &&
        (f.subject ?? entry.subject) === entry.subject &&
        entry.subject.startsWith(f.subjectPrefix ?? "") &&
        entry.time >= (f.from ?? "") &&
        entry.time < (f.to ?? "3") &&
        entry.sequence < (f.before ?? Infinity);
      await fc.assert(
        fc.asyncProperty(filters, async (filter) => {
          const found = await store.queryLog(filter);
          const wanted = entries.filter((entry) => meets(entry, filter)).toReversed();
          expect(found).toEqual(wanted.slice(0, filter.limit));
        }),
        { numRuns: 150 },
      );
    });

    test("erases the content or the origin of older entries with a commit, and the chain verifies", async () => {
      const entries: LogEntry[] = [];
      for (let n = 0; n < 3; n += 1) {
        const parted = partOrigin(
          { actor: { id: "a-person", address: "192.0.2.7" } },
          "origin salt",
        );
        entries.push(entryAfter(entries.at(-1), { secret: `remark ${n}` }, parted));
      }
      await store.commit(batchOf(entries));
      const last = entryAfter(entries.at(-1));
      const batch = { ...batchOf([last]), erased: [2], originErased: [3] };
      expect(await store.commit(batch)).toBe("committed");
      const stored = await store.readLog({ after: 0, limit: 10 });
      expect(firstBreak(stored, { sequence: 0, hash: GENESIS_HASH })).toBeUndefined();
      expect(stored[0]).toEqual(entries[0]);
      expect(stored[1]).toMatchObject({ sequence: 2, data: null, erased: true });
      expect(JSON.stringify(stored[1])).not.toMatch(/remark|192\.0\.2\.7|a-person/);
      expect(stored[2]).toMatchObject({ data: { secret: "remark 2" } });
      expect(JSON.stringify(stored[2])).not.toContain("192.0.2.7");
      expect(
        (await store.queryLog({ actor: "a-person", limit: 10 })).map((e) => e.sequence),
      ).toEqual([3, 1]);
      expect(await store.check()).toEqual([]);
    });

    test("a commit removes entries; reads pass over a recorded gap, and an unrecorded one is a fault", async () => {
      const entries = entriesAfter(undefined, 8);
      await store.commit(batchOf(entries));
      const gap = { from: 3, to: 6, hash: entries[5]?.hash ?? "" };
      const stretch = { from: 3, until: 7, removed: 4, stage: "hour", gaps: [gap] };
      const told: Change = { collection: "log_gaps", id: thinnedId(3), body: stretch };
      const last = entryAfter(entries.at(-1));
      const batch = { ...batchOf([last], [told]), removed: [3, 4, 5, 6] };
      expect(await store.commit(batch)).toBe("committed");
      const sequences = async (after: number, limit: number) =>
        (await store.readLog({ after, limit })).map(({ sequence }) => sequence);
      expect(await sequences(0, 10)).toEqual([1, 2, 7, 8, 9]);
      expect(await sequences(2, 2)).toEqual([7, 8]);
      expect(await sequences(4, 1)).toEqual([7]);
      expect(await sequences(9, 5)).toEqual([]);
      expect(await store.head()).toMatchObject({ sequence: 9 });
      expect(await store.check()).toEqual([]);
      const next = entryAfter(last);
      expect(await store.commit(batchOf([next], [{ ...told, body: null }]))).toBe("committed");
      expect((await store.check()).join()).toMatch(/missing|lacks/);
    });

    test("a commit that conflicts erases nothing", async () => {
      const entries = entriesAfter(undefined, 2);
      await store.commit(batchOf(entries));
      const late = { ...batchOf([entryAfter(entries[0])]), erased: [1] };
      expect(await store.commit(late)).toBe("conflict");
      expect(await store.readLog({ after: 0, limit: 2 })).toEqual(entries);
    });

    test("queries by prefix, by expiry and up to a limit", async () => {
      const other: Change = { ...memoryChange("x", 1), id: "default2/x" };
      await commitOne([
        memoryChange("a", 1, "2026-01-31T12:00:00.000Z"),
        memoryChange("b", 1, "2026-01-31T12:00:00.001Z"),
        memoryChange("Æ", 1),
        other,
      ]);
      const ids = async (query: Parameters<Store["query"]>[1]) =>
        (await store.query("memory", query)).map(({ id }) => id);
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
      await commitOne(Array.from({ length: 450 }, (_, n) => memoryChange(`k${n}`, "before")));
      const snapshot = await store.snapshot();
      const seen: Document[] = [];
      for await (const document of snapshot.documents) {
        if (seen.length === 0) {
          await commitOne(Array.from({ length: 450 }, (_, n) => memoryChange(`k${n}`, "after")));
        }
        seen.push(document);
      }
      expect(snapshot.head.sequence).toBe(1);
      expect(seen).toHaveLength(450);
      expect(new Set(seen.map(({ body }) => body["value"]))).toEqual(new Set(["before"]));
      expect((await store.get("memory", "default/k0"))?.["value"]).toBe("after");
    });

    test("takes a large batch whole", async () => {
      const entries = entriesAfter(undefined, 300);
      const value = "x".repeat(8_000);
      const changes = entries.map((entry) => memoryChange(`k${entry.sequence}`, value));
      expect(await store.commit(batchOf(entries, changes))).toBe("committed");
      expect((await store.head())?.sequence).toBe(300);
      expect(await store.query("memory", { limit: 1_000 })).toHaveLength(300);
    });

    test("answers a ping", async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}

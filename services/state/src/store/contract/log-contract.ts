import fc from "fast-check";
import { expect, test } from "vitest";
import { firstBreak, GENESIS_HASH } from "../../log/chain.ts";
import type { LogEntry, LogFilter } from "../store.ts";
import { batchOf, entriesAfter, entryAfter } from "./fixtures.ts";
import type { StoreUnderTest } from "./subject.ts";

/** Contract of a store: reads of the log. */
export function logContract(at: StoreUnderTest): void {
  test("reads the log in pages", async () => {
    const entries = entriesAfter(undefined, 25);
    await at.store.commit(batchOf(entries));
    const page = await at.store.readLog({ after: 10, limit: 10 });
    expect(page.map(({ sequence }) => sequence)).toEqual([...Array(10).keys()].map((n) => n + 11));
    expect(page).toEqual(entries.slice(10, 20));
    expect(await at.store.readLog({ after: 25, limit: 10 })).toEqual([]);
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
    await at.store.commit(batchOf(entries));
    const found = async (filter: Partial<LogFilter>) =>
      (await at.store.queryLog({ limit: 10, ...filter })).map(({ sequence }) => sequence);
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
    expect(await found({ actor: "a-person", typePrefix: "vega.session.", before: 3 })).toEqual([1]);
    expect(await found({ actor: "eve" })).toEqual([]);
    expect((await at.store.queryLog({ limit: 1 }))[0]).toEqual(entries[3]);
  });

  test("keeps the clock of an entry, erased or not, and what the log had come to by a second of it", async () => {
    const clock = "2026-01-31T11:59:00.500Z";
    const entry = entryAfter(undefined, {}, { clock });
    const mark = {
      collection: "log_clocks",
      id: clock.slice(0, 19),
      body: { sequence: 1 },
    } as const;
    await at.store.commit(batchOf([entry], [mark]));
    expect(await at.store.readLog({ after: 0, limit: 1 })).toEqual([entry]);
    const before = { before: "2026-01-31T11:59:01", reverse: true, limit: 1 };
    expect(await at.store.query("log_clocks", before)).toEqual([mark]);
    await at.store.commit({ ...batchOf([entryAfter(entry)]), erased: [1] });
    const erased = await at.store.readLog({ after: 0, limit: 10 });
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
    await at.store.commit(batchOf(entries));
    const some = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });
    const times = fc
      .integer({ min: -1_000, max: 31_500 })
      .map((ms) => new Date(Date.parse("2026-01-31T12:00:00.000Z") + ms).toISOString());
    const filters = fc.record({
      actor: some(fc.constantFrom("u0", "u3", "unknown")),
      type: some(fc.constantFrom(...types)),
      typePrefix: some(fc.constantFrom("", "vega.", "vega.a.", "vega.c")),
      types: some(fc.subarray([...types, "vega.unknown"])),
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
      (f.types ?? types).includes(entry.type) &&
      (f.subject ?? entry.subject) === entry.subject &&
      entry.subject.startsWith(f.subjectPrefix ?? "") &&
      entry.time >= (f.from ?? "") &&
      entry.time < (f.to ?? "3") &&
      entry.sequence < (f.before ?? Infinity);
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const found = await at.store.queryLog(filter);
        const wanted = entries.filter((entry) => meets(entry, filter)).toReversed();
        expect(found).toEqual(wanted.slice(0, filter.limit));
      }),
      { numRuns: 150 },
    );
  });
}

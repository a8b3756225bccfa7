import type { JsonObject } from "@vega/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change, SearchQuery, Store } from "../store.ts";
import { batchOf, entryAfter, memoryChange, TIME } from "./fixtures.ts";
import type { StoreUnderTest } from "./subject.ts";

/** A memory document: its key counts more than its value. */
function note(
  key: string,
  value: JsonObject[string],
  { namespace = "default", time = TIME }: { namespace?: string; time?: string } = {},
): Change {
  const { body } = memoryChange(key, value);
  const id = `${namespace}/${key}`;
  return { collection: "memory", id, body: { ...body, namespace, updated_at: time } };
}

const remove = ({ collection, id }: Change): Change => ({ collection, id, body: null });

const search = (store: Store, text: string, more: Partial<SearchQuery> = {}) =>
  store.search("memory", { text, limit: 50, ...more });

const idsOf = async (...args: Parameters<typeof search>) =>
  (await search(...args)).found.map(({ id }) => id.replace("default/", ""));

/** All pages. Fails where a page that is not the last one is not full. */
async function allPages(store: Store, query: SearchQuery): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await store.search("memory", { ...query, cursor });
    ids.push(...page.found.map(({ id }) => id));
    const { found, ...rest } = await store.searchIds("memory", { ...query, cursor });
    const hits = page.found.map(({ id, weight, cursor: place }) => ({ id, weight, cursor: place }));
    expect({ found, ...rest }).toEqual({ ...page, found: hits });
    if (page.next === null) return ids;
    expect(page.found).toHaveLength(query.limit);
    cursor = page.next;
  }
}

/** Contract of a store: search. */
export function searchContract(at: StoreUnderTest): void {
  test("finds documents that have a word for each word of the query, which begins with it", async () => {
    await at.commitOne([
      note("trip", { city: "Ærøskøbing", note: "Straße nach Süden, 3 Cafés" }),
      note("work", ["The raven's report", { year: 2026 }]),
      note("reading", "Der Rabe – 東京の夜 with 🦅"),
    ]);
    const found = {
      AEROSKO: ["trip"],
      "strasse SUD cafe": ["trip"],
      "rav rep": ["work"],
      "raven cafe": [],
      2026: ["work"],
      city: ["trip"],
      東京: ["reading"],
      夜: ["reading"],
      京都: [],
      "🦅": ["reading"],
      "r w": ["reading", "work"],
      "?!": [],
    };
    for (const [text, ids] of Object.entries(found)) {
      expect([text, await idsOf(at.store, text)]).toEqual([text, ids]);
    }
    expect(await search(at.store, "rav")).toMatchObject({
      found: [{ collection: "memory", id: "default/work", weight: 1, body: { key: "work" } }],
      next: null,
      complete: true,
    });
  });

  test("orders by weight, then the newest, then the id, and pages are full", async () => {
    const later = "2026-02-01T00:00:00.000Z";
    await at.commitOne([
      note("b", "raven"),
      note("a", "raven"),
      note("Z", "raven", { time: later }),
      note("raven", "old", { time: "1969-12-31T23:59:59.999Z" }),
      note("c", "ravens and raven"),
      note("d", "nothing"),
      note("e", "ravens at the end", { time: "9999-12-31T23:59:59.999Z" }),
    ]);
    const expected = ["raven", "e", "Z", "a", "b", "c"];
    expect(await idsOf(at.store, "rave")).toEqual(expected);
    // Both words in a key is better than one of them in a value.
    expect((await search(at.store, "raven old")).found.map(({ weight }) => weight)).toEqual([1]);
    expect(await idsOf(at.store, "", { values: {} })).toEqual([
      "e",
      "Z",
      "a",
      "b",
      "c",
      "d",
      "raven",
    ]);
    for (const limit of [1, 2, 6]) {
      const ids = expected.map((id) => `default/${id}`);
      expect(await allPages(at.store, { text: "raven", limit })).toEqual(ids);
    }
    expect((await search(at.store, "raven", { limit: 6 })).next).toBeNull();
  });

  test("filters by values, exactly; several values of one name are alternatives", async () => {
    await at.commitOne([
      note("k", "raven", { namespace: "A b" }),
      note("k", "raven", { namespace: "a b" }),
      note("k", "raven", { namespace: "=x=é~" }),
    ]);
    const of = (...namespace: string[]) => idsOf(at.store, "raven", { values: { namespace } });
    expect(await of("a b")).toEqual(["a b/k"]);
    expect(await of("A b", "=x=é~")).toEqual(["=x=é~/k", "A b/k"]);
    expect(await of("a")).toEqual([]);
    expect(await of()).toEqual([]);
    expect(await idsOf(at.store, "", { values: { namespace: ["A b"] } })).toEqual(["A b/k"]);
  });

  test("follows changes in the commit that makes them, and no others", async () => {
    const first = note("k", "old words");
    await at.commitOne([first, note("gone", "old")]);
    await at.commitOne([note("k", "new words"), remove(note("gone", ""))]);
    expect(await idsOf(at.store, "old")).toEqual([]);
    expect(await idsOf(at.store, "new wor")).toEqual(["k"]);
    const late = batchOf([entryAfter(undefined)], [note("k", "later")]);
    expect(await at.store.commit(late)).toBe("conflict");
    expect(await idsOf(at.store, "later")).toEqual([]);
    await at.reopen();
    expect(await idsOf(at.store, "new")).toEqual(["k"]);
    expect(await at.store.check("deep")).toEqual([]);
  });

  test("refuses what is no cursor", async () => {
    for (const cursor of ["", "1", "1.x.a", "9.1.a", "1.1.%", "1.1."]) {
      await expect(search(at.store, "a", { cursor })).rejects.toThrow("cursor");
    }
  });

  test("indexes documents of older versions once those can write no more", async () => {
    const values = Array.from({ length: 230 }, (_, n) => note(`k${n}`, `raven ${n}`));
    await at.commitOne(values);
    await at.dropIndex();
    await at.reopen();
    expect(await search(at.store, "raven 7")).toMatchObject({ found: [], complete: false });
    // Before and between the steps, commits go on.
    await at.commitOne([note("k7", "heron 7"), remove(note("k8", ""))]);
    expect(await at.store.indexOlder()).toBe("more");
    await at.commitOne([note("k229", "heron 229"), note("last", "heron")]);
    while ((await at.store.indexOlder()) === "more");
    expect(await at.store.indexOlder()).toBe("done");
    const found = await search(at.store, "raven", { limit: 500 });
    expect(found.complete).toBe(true);
    expect(new Set(found.found.map(({ id }) => id)).size).toBe(227);
    expect(found.found).toHaveLength(227);
    expect(await idsOf(at.store, "heron")).toEqual(["k229", "k7", "last"]);
    expect(await idsOf(at.store, "raven 22")).toHaveLength(10);
  });

  test("gives the same as a walk through all documents, whatever was written and is searched", async () => {
    const word = fc.constantFrom("a", "ab", "abc", "b", "ba", "c", "ca", "cab", "1", "12");
    const words = fc.array(word, { maxLength: 4 }).map((all) => all.join(" "));
    const time = fc.integer({ min: 0, max: 3 }).map((n) => `2026-01-0${n + 1}T00:00:00.000Z`);
    const key = fc.tuple(word, word).map((pair) => pair.join("_"));
    const written = fc.record({ key, value: words, time, gone: fc.boolean() });
    const query = fc.record({ text: words, limit: fc.integer({ min: 1, max: 5 }) });
    let namespaces = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(written, { maxLength: 12 }), { minLength: 1, maxLength: 3 }),
        fc.array(query, { minLength: 6, maxLength: 6 }),
        async (batches, queries) => {
          const namespace = `n${(namespaces += 1)}`;
          const current = new Map<string, { key: string; value: string; time: string }>();
          for (const batch of batches) {
            const changes = batch.map(({ key: name, value, time: when, gone }) => {
              const change = note(name, value, { namespace, time: when });
              if (gone) current.delete(name);
              else current.set(name, { key: name, value, time: when });
              return gone ? remove(change) : change;
            });
            await at.commitOne(changes);
          }
          for (const { text, limit } of queries) {
            const ids = await allPages(at.store, {
              text,
              limit,
              values: { namespace: [namespace] },
            });
            const expected = walk([...current.values()], text);
            expect(ids).toEqual(expected.map((name) => `${namespace}/${name}`));
          }
        },
      ),
      { numRuns: 12 },
    );
  });
}

/** The keys that a search has to find, in order. */
function walk(all: readonly { key: string; value: string; time: string }[], text: string) {
  const wanted = text.split(" ").filter((word) => word !== "");
  const has = (field: string, word: string) =>
    field.split(/[ _]/).some((one) => one !== "" && one.startsWith(word));
  const weightOf = ({ key, value }: { key: string; value: string }) =>
    Math.min(...wanted.map((word) => (has(key, word) ? 2 : has(value, word) ? 1 : 0)), 3);
  return all
    .map((one) => ({ ...one, weight: weightOf(one) }))
    .filter(({ weight }) => weight > 0)
    .toSorted(
      (one, other) =>
        other.weight - one.weight ||
        (one.time < other.time ? 1 : one.time > other.time ? -1 : one.key < other.key ? -1 : 1),
    )
    .map(({ key }) => key);
}

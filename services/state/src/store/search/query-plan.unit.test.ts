import { expect, test } from "vitest";
import { searchCursor, readSearchCursor } from "./cursor.ts";
import { toIndexEntry } from "./index-entry.ts";
import { planSearch } from "./query-plan.ts";

const entry = {
  newest: "2026-01-31T12:00:00.000Z",
  values: { owner: "A", tag: ["x", "y z"] },
  fields: [
    { text: "raven heron", weight: 1 as const },
    { text: "Raven", weight: 3 as const },
  ],
};

test("an entry has a key for each value, and for each term at its best weight and all below", () => {
  expect(toIndexEntry(entry)).toEqual({
    newest: Date.parse(entry.newest),
    keys: ["=owner=A", "=tag=x", "=tag=y z", "3raven", "2raven", "1raven", "1heron"],
  });
});

test.each([
  ["9999-12-31T23:59:59.999Z", 2 ** 43 - 2],
  ["-271821-04-20T00:00:00.000Z", -(2 ** 43 - 2)],
  ["never", 0],
])("the time %s is within what a place can hold", (newest, milliseconds) => {
  expect(toIndexEntry({ ...entry, newest }).newest).toBe(milliseconds);
});

test("beyond 1,000 words those of the fields with the highest weight are kept", () => {
  const words = (prefix: string) =>
    Array.from({ length: 800 }, (_, n) => `${prefix}${n}`).join(" ");
  const fields = [
    { text: words("low"), weight: 1 as const },
    { text: words("high"), weight: 2 as const },
  ];
  const { keys } = toIndexEntry({ ...entry, values: {}, fields });
  expect(keys.filter((key) => key.startsWith("2high"))).toHaveLength(800);
  expect(keys.filter((key) => key.startsWith("1low"))).toHaveLength(200);
});

test("a search goes through the weights from above; each step leaves out what the one before has", () => {
  const steps = planSearch({ text: "Rav her", values: { owner: ["A", "B"] }, limit: 1 });
  const values = [["=owner=A", "=owner=B"]];
  expect(steps).toEqual([
    { weight: 3, all: ["3rav", "3her"], notAll: [], values, after: undefined },
    { weight: 2, all: ["2rav", "2her"], notAll: ["3rav", "3her"], values, after: undefined },
    { weight: 1, all: ["1rav", "1her"], notAll: ["2rav", "2her"], values, after: undefined },
  ]);
});

test("a cursor goes on after its place, in the step that it is of", () => {
  const place = { weight: 2, newest: -5, id: "a/b.c %é" };
  const cursor = searchCursor(place);
  expect(readSearchCursor(cursor)).toEqual(place);
  const steps = planSearch({ text: "a", cursor, limit: 1 });
  expect(steps.map(({ weight, after }) => [weight, after?.id])).toEqual([
    [2, place.id],
    [1, undefined],
  ]);
  expect(() => planSearch({ text: "a", cursor: "no", limit: 1 })).toThrow("cursor");
});

test("without words there is one step, and none where nothing can match", () => {
  expect(planSearch({ text: " ", limit: 1 })).toMatchObject([{ weight: 0, all: [], values: [] }]);
  expect(planSearch({ text: "?!", limit: 1 })).toEqual([]);
  expect(planSearch({ text: "a", values: { owner: [] }, limit: 1 })).toEqual([]);
});

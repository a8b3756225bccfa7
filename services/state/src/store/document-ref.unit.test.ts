import { expect, expectTypeOf, test } from "vitest";
import type { DecisionView } from "../log/decision.ts";
import { documentRef, put, remove, subjectOf } from "./document-ref.ts";
import type { Store } from "./store.ts";

const ref = documentRef("log_clocks", "2026-01-31T12:00:05");

test("a change names its document, and has a body or null", () => {
  expect(put(ref, { sequence: 3 })).toEqual({ ...ref, body: { sequence: 3 } });
  expect(remove(ref)).toEqual({ ...ref, body: null });
  expect(subjectOf(ref)).toBe("log_clocks/2026-01-31T12:00:05");
});

test("the type of a body follows from the collection", () => {
  expectTypeOf<Parameters<typeof put<"log_clocks">>[1]>().toEqualTypeOf<{ sequence: number }>();
  // @ts-expect-error a body of another collection
  put(ref, { ids: [] });
  const read = (view: DecisionView, store: Store) => [
    view.get(ref),
    store.get(ref.collection, ref.id),
  ];
  expectTypeOf(read).returns.items.toEqualTypeOf<
    { sequence: number } | undefined | Promise<{ sequence: number } | undefined>
  >();
});

import type { JsonObject } from "@vega/contracts";
import { changesOf, MAX_PREFERENCES_BYTES, preferencesTag } from "@vega/contracts";
import { expect, test } from "vitest";
import { NOW } from "../../log/decision-testing.ts";
import { accountsInMemory, uuid } from "../users/testing.ts";
import { preferencesRef } from "../users/documents.ts";
import {
  decidePutPreferences,
  decidePutSharedPreferences,
  sharedPreferencesRef,
} from "./commands.ts";

const ada = uuid(1);
const dark: JsonObject = { theme: "dark" };

function withAda() {
  const accounts = accountsInMemory();
  accounts.create(ada, "ada");
  return accounts;
}

test("each write counts the version, and only the version is in the event", () => {
  const accounts = withAda();
  expect(accounts.run(decidePutPreferences(ada, { value: dark })).result?.version).toBe(1);
  const { events, result } = accounts.run(decidePutPreferences(ada, { value: {} }));
  expect(result).toEqual({ user_id: ada, value: {}, version: 2, updated_at: NOW });
  expect(events).toMatchObject([
    { subject: `preferences/${ada}`, data: { user_id: ada, version: 2 } },
  ]);
});

test("of two writes with the tag of the same read, one is refused", () => {
  const accounts = withAda();
  const none = [preferencesTag(ada, null)];
  expect(accounts.run(decidePutPreferences(ada, { value: dark, if_match: none })).error).toBe(
    undefined,
  );
  const lost = decidePutPreferences(ada, { value: {}, if_match: none });
  expect(accounts.decide(lost)).toMatchObject({
    ok: false,
    error: {
      code: "precondition_failed",
      message: expect.stringContaining("version 1") as string,
    },
  });
  const present = preferencesTag(ada, accounts.document(preferencesRef(ada)));
  const again = { value: {}, if_match: ["another", present] };
  expect(accounts.run(decidePutPreferences(ada, again)).result?.version).toBe(2);
  // A header with weak tags only names no version.
  expect(accounts.run(decidePutPreferences(ada, { value: {}, if_match: [] })).error).toBe(
    "precondition_failed",
  );
});

test("a document without a version, of data format 1, counts as the first", () => {
  const accounts = withAda();
  const old = { user_id: ada, value: dark, updated_at: NOW };
  accounts.apply([{ ...preferencesRef(ada), body: old }]);
  const if_match = [preferencesTag(ada, old)];
  expect(accounts.run(decidePutPreferences(ada, { value: {}, if_match })).result?.version).toBe(2);
});

test("the shared preferences follow from their entries alone", () => {
  const accounts = accountsInMemory();
  const none = [preferencesTag(null, null)];
  const { events } = accounts.run(decidePutSharedPreferences({ value: dark, if_match: none }));
  expect(events.flatMap(({ sideChanges }) => sideChanges)).toEqual([]);
  const stored = { value: dark, version: 1, updated_at: NOW };
  expect(events.flatMap(changesOf)).toEqual([{ ...sharedPreferencesRef, body: stored }]);
  const lost = decidePutSharedPreferences({ value: {}, if_match: none });
  expect(accounts.run(lost).error).toBe("precondition_failed");
  const big = { value: { x: "a".repeat(MAX_PREFERENCES_BYTES) } };
  expect(accounts.run(decidePutSharedPreferences(big)).error).toBe("too_large");
});

test("tags differ by owner, version and time", () => {
  const at = (updated_at: string, version = 1) => ({ updated_at, version });
  const later = "2026-03-01T00:00:00.000Z";
  const tags = [
    preferencesTag(ada, null),
    preferencesTag(null, null),
    preferencesTag(ada, at(NOW)),
    preferencesTag(uuid(2), at(NOW)),
    preferencesTag(ada, at(NOW, 2)),
    preferencesTag(ada, at(later)),
  ];
  expect(new Set(tags).size).toBe(tags.length);
});

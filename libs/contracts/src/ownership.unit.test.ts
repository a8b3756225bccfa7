import { expect, test } from "vitest";
import {
  ACCOUNT_EXPORTS,
  isOwnedBy,
  OWNED_COLLECTIONS,
  ownedThroughDocument,
  startOfIds,
} from "./ownership.ts";
import { COLLECTIONS } from "./registry.ts";

const [ADA, BOB] = ["3f0c2a9e-58d4-4b7a-9a0e-6d1b2c3e4f50", "3f0c2a9e-58d4-4b7a-9a0e-6d1b2c3e4f51"];

test.each(COLLECTIONS)("collection $name says whose its documents are", ({ name, owner }) => {
  const kinds = [owner].flat().map(({ kind }) => kind);
  expect(kinds.length).toBeGreaterThan(0);
  // A document of the system is not an account's as well.
  if (kinds.includes("system")) expect(kinds).toEqual(["system"]);
  for (const one of [owner].flat()) {
    // Documents through others need a collection that the account owns directly.
    if (one.kind !== "through") continue;
    const namers = OWNED_COLLECTIONS.map(({ collection }) => collection);
    expect(namers, `${name} through ${one.collection}`).toContain(one.collection);
  }
});

test.each(OWNED_COLLECTIONS)(
  "ids of $collection tell accounts apart",
  ({ collection, ownership }) => {
    const start = startOfIds(ownership, ADA);
    expect(start).toContain(ADA);
    const id = ownership.kind === "id" ? start : `${start}x`;
    expect(isOwnedBy(ADA, { collection, id })).toBe(true);
    expect(isOwnedBy(BOB, { collection, id })).toBe(false);
  },
);

test("names, email addresses, links and budgets of keys follow from other documents", () => {
  const user = {
    id: ADA,
    username: "Ada",
    email: "Ada@Example.org",
    password_hash: null,
    role: "user",
    disabled: false,
    created_at: "2026-01-01T00:00:00.000Z",
    updated_at: "2026-01-01T00:00:00.000Z",
    password_changed_at: "2026-01-01T00:00:00.000Z",
  };
  expect(ownedThroughDocument("users", { id: ADA, body: user })).toEqual([
    { collection: "usernames", id: "ada" },
    { collection: "emails", id: "ada@example.org" },
  ]);
  const index = { sessions: [], api_keys: [], password_reset: "digest" };
  expect(ownedThroughDocument("account_index", { id: ADA, body: index })).toEqual([
    { collection: "one_time_tokens", id: "digest" },
  ]);
  expect(ownedThroughDocument("memory", { id: "any", body: {} })).toEqual([]);
});

test("each member of the export has one source", () => {
  const names = ACCOUNT_EXPORTS.map(({ exported }) => exported.name);
  expect(names).toContain("memory");
  expect(new Set(names).size).toBe(names.length);
});

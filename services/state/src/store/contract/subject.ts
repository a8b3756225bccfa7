import { expect } from "vitest";
import type { LogEntry, Change, Store } from "../store.ts";
import { batchOf, entryAfter } from "./fixtures.ts";

/** A database that the suite may open, close, reopen and destroy. */
export interface Subject {
  open(): Promise<Store>;
  /** Replaces the database by an empty one. */
  reset(): Promise<void>;
  /** Takes the index of terms out of the database, past the adapter: it is then one of an older version. */
  dropIndex(): Promise<void>;
  destroy(): Promise<void>;
}

/** The store of the current test. */
export interface StoreUnderTest {
  readonly store: Store;
  reopen(): Promise<void>;
  dropIndex(): Promise<void>;
  /** Commits one entry with changes. */
  commitOne(changes?: readonly Change[], relayed?: number): Promise<LogEntry>;
}

export async function commitOne(
  store: Store,
  changes: readonly Change[] = [],
  relayed = 0,
): Promise<LogEntry> {
  const entry = entryAfter(await store.head(), { changes: changes.length });
  expect(await store.commit(batchOf([entry], changes, relayed))).toBe("committed");
  return entry;
}

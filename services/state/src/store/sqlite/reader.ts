import type { DatabaseSync, StatementSync } from "node:sqlite";
import { DatabaseSync as Database } from "node:sqlite";
import type { Tables } from "./tables.ts";

/** One document by its id, read at once. */
export interface Reader {
  /** Null if missing; undefined where it can't be read now: then the caller asks the worker, which waits. */
  get(collection: string, id: string): string | null | undefined;
  close(): void;
}

/**
 * Reads single documents on the thread that asks. Each look by primary key takes some microseconds, and the way to the
 * worker and back many times that, mostly until the operating system has woken a thread; a command looks at
 * documents before each commit.
 */
export function openReader(path: string, tables: Tables): Reader {
  // Never waits: the calling thread serves all requests.
  const database: DatabaseSync = new Database(path, { readOnly: true, timeout: 0 });
  const prepared = new Map<string, StatementSync>();
  const statement = (collection: string): StatementSync => {
    let found = prepared.get(collection);
    if (!found) {
      found = database.prepare(`SELECT body FROM ${tables.named(collection)} WHERE id = ?`);
      prepared.set(collection, found);
    }
    return found;
  };
  return {
    get(collection, id) {
      try {
        const row = statement(collection).get(id);
        return row ? String(row["body"]) : null;
      } catch {
        return undefined;
      }
    },
    close() {
      prepared.clear();
      database.close();
    },
  };
}

import type { DataFormat } from "../data-format.ts";
import type { SearchStep } from "../search/query-plan.ts";
import type { CheckDepth, LogFilter, Query } from "../store.ts";

/** `inspect`: to read, and no file appears beside the database of a stopped platform. */
export type OpenMode = "read" | "write" | "inspect";

/** What travels between the adapter and its worker: rows of text, so that nothing is cloned in depth. */
export interface LogRow {
  readonly sequence: number;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly hash: string;
  /** The whole entry as JSON. */
  readonly entry: string;
}

export interface DocumentRow {
  readonly collection: string;
  readonly id: string;
  /** JSON, or null to delete. */
  readonly body: string | null;
  /** Null: not found by searches. Of no account where the collection is not searched, or the document is deleted. */
  readonly index: IndexRow | null;
}

/** What the index of terms has of a document. */
export interface IndexRow {
  /** Milliseconds since the epoch. */
  readonly newest: number;
  /** Tokens, separated by spaces. */
  readonly terms: string;
}

export interface FoundRow {
  readonly weight: number;
  readonly newest: number;
  readonly id: string;
  /** JSON; empty where only ids are wanted. */
  readonly body: string;
}

/** Documents that the index lacks, and the id up to which it has them then; null: there are no more. */
export interface Unindexed {
  readonly rows: readonly { readonly id: string; readonly body: string }[];
  readonly upTo: string | null;
}

export interface HeadRow {
  readonly sequence: number;
  readonly hash: string;
  readonly logId: string;
  readonly relayed: number;
}

/** The worker's methods; each runs to its end before the next. */
export interface SqliteWorker {
  /**
   * `read` changes nothing, neither the file nor its write-ahead log; also not when it is closed.
   * @returns the marks of the file; where it is too new, nothing was changed.
   */
  open(path: string, mode: OpenMode): DataFormat;
  head(): { head: HeadRow | null; format: DataFormat };
  /** Throws where the file can't be written to now. @returns the marks of the file. */
  ping(): DataFormat;
  commit(batch: {
    expectedSequence: number;
    entries: LogRow[];
    changes: DocumentRow[];
    relayed: number;
    erased: readonly number[];
    originErased: readonly number[];
    removed: readonly number[];
    format: DataFormat | undefined;
  }): "committed" | "conflict";
  get(collection: string, id: string): string | null;
  query(collection: string, query: Query): { id: string; body: string }[];
  search(
    collection: string,
    steps: readonly SearchStep[],
    limit: number,
    wants: "documents" | "ids",
  ): { found: FoundRow[]; more: boolean; version: number };
  /** The next documents of a collection whose index is older than a version; null where it is not. */
  unindexed(collection: string, version: number): Unindexed | null;
  /** Indexes documents that are still as they were, and records how far the index of that version goes. */
  indexDocuments(
    collection: string,
    version: number,
    rows: readonly (DocumentRow & { readonly body: string })[],
    upTo: string | null,
  ): void;
  /** One step of removing the words of deleted documents from the indexes. @returns whether all are gone */
  purgeIndexes(): boolean;
  readLog(range: { after: number; limit: number }): string[];
  queryLog(filter: LogFilter): string[];
  /** Opens a consistent view of its own; `pageOf` reads it on. */
  openSnapshot(): { snapshot: number; head: HeadRow | null; format: DataFormat };
  readSnapshot(
    snapshot: number,
    collection: string,
    after: string | null,
  ): { id: string; body: string }[];
  closeSnapshot(snapshot: number): void;
  scrub(): "done" | "busy" | "large";
  check(depth?: CheckDepth): string[];
  close(): void;
}

export type Method = keyof SqliteWorker;
export interface Call {
  readonly call: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}
export type Reply =
  | { readonly call: number; readonly ok: true; readonly value: unknown }
  | { readonly call: number; readonly ok: false; readonly message: string; readonly code: number };

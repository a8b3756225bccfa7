import type { DocumentOf, JsonObject, RequestContext } from "@vega/contracts";
import type { Collection } from "./collections.ts";
import type { DataFormat } from "./data-format.ts";
import { isTooNew, tooNewReason } from "./data-format.ts";

/** Address and user agent of the request behind an entry. Separate from its context, so that it can be erased. */
export interface Origin {
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly salt: string;
}

/** The actor of an entry and its request; `origin_digest` = SHA-256 over the origin, hex. */
export type LogContext = RequestContext & {
  readonly actor: { readonly origin_digest?: string | undefined };
};

/**
 * One entry of the log. `hash` = SHA-256 over (sequence, id, type, time, clock where there is one, digest,
 * previous_hash), `digest` = SHA-256 over (salt, subject, context, data), each as
 * canonical JSON (RFC 8785), hex. So content can be erased with its salt and the chain still verifies: see erase.ts.
 */
export interface LogEntry {
  readonly sequence: number;
  /** UUID; the CloudEvent's id and the bus's `Nats-Msg-Id`. */
  readonly id: string;
  readonly type: string;
  /** `<collection>/<id>` of what it is about. */
  readonly subject: string;
  /** ISO 8601, milliseconds, UTC. Never earlier than that of the entry before. */
  readonly time: string;
  /** What the clock showed, where it was behind `time` by a second or more: the clock was ahead before, or is behind. */
  readonly clock?: string | undefined;
  readonly context: LogContext;
  /** Null once the content was erased. */
  readonly data: JsonObject | null;
  readonly salt: string;
  /** Absent where it is not known, or was erased. Entries of older versions have it in their context. */
  readonly origin?: Origin | undefined;
  /** The content is gone; digest and hash are those from before. */
  readonly erased?: true | undefined;
  readonly digest: string;
  readonly previous_hash: string;
  readonly hash: string;
}

/** A document after a change; `body: null` deletes it. Commands make changes with `put` and `remove`. */
export interface Change {
  readonly collection: Collection;
  readonly id: string;
  readonly body: JsonObject | null;
}

/** A document as a snapshot or a backup holds it. */
export interface Document {
  readonly collection: Collection;
  readonly id: string;
  readonly body: JsonObject;
}

/** A document of a known collection. */
export interface DocumentIn<Name extends Collection> {
  readonly collection: Name;
  readonly id: string;
  readonly body: DocumentOf<Name>;
}

/** Entries and the document changes that follow from them, written atomically. */
export interface Batch {
  /** The log's last sequence as the entries' author knows it; 0 for an empty log. */
  readonly expectedSequence: number;
  /** Consecutive, the first being `expectedSequence + 1`. At least one. */
  readonly entries: readonly LogEntry[];
  /** In order; a later change to the same document wins. */
  readonly changes: readonly Change[];
  /** The last sequence that the relay has published: its checkpoint, stored with the commit. */
  readonly relayed: number;
  /** Sequences of older entries whose content is erased, and of those that lose their origin. */
  readonly erased?: readonly number[];
  readonly originErased?: readonly number[];
  /** Sequences of older entries that are removed. */
  readonly removed?: readonly number[];
  /** Marks of the backup that the changes come from; those of this version are always set. */
  readonly format?: DataFormat;
}

/** Filter of log entries; all given members must match. */
export interface LogFilter {
  /** Id of the actor. */
  readonly actor?: string | undefined;
  readonly type?: string | undefined;
  readonly typePrefix?: string | undefined;
  /** Any of these. The log is read in its order, so it suits types of which there are many entries. */
  readonly types?: readonly string[] | undefined;
  readonly subject?: string | undefined;
  readonly subjectPrefix?: string | undefined;
  /** ISO 8601, included. */
  readonly from?: string | undefined;
  /** ISO 8601, not included. */
  readonly to?: string | undefined;
  /** Only sequences below this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface Head {
  readonly sequence: number;
  readonly hash: string;
  /** Id of the log: the id of its first entry. */
  readonly logId: string;
  /** The relay's checkpoint: the largest `relayed` of all commits. */
  readonly relayed: number;
}

export interface Query {
  /** Only ids that start with this. */
  readonly prefix?: string;
  /** Only documents whose `expires_at` is at or before this time (ISO 8601). */
  readonly expiresUntil?: string;
  /** Only ids beyond this one, and only ids short of this one, by code point. */
  readonly after?: string;
  readonly before?: string;
  /** At most this many, in the order of their ids (by code point); default all. */
  readonly limit?: number;
  /** In the reverse order. */
  readonly reverse?: boolean;
}

/** A search in one collection that declares `search`. */
export interface SearchQuery {
  /**
   * Words as a person types them; a document has to have one that begins so for each. Empty: every document. Text
   * without letters, digits and emoji matches none.
   */
  readonly text: string;
  /** Of each name, the document has one of these values. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** The `cursor` of a result: only what comes after it. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** The place of a document in the results of a search. */
export interface SearchHit {
  readonly id: string;
  /** The document has each word in a field of this weight or a higher one; 0 in a search without words. */
  readonly weight: number;
  readonly cursor: string;
}

export interface SearchResult<Name extends Collection> extends SearchHit, DocumentIn<Name> {}

export interface SearchPage<Result extends SearchHit> {
  /** By weight, the highest first; then the newest; then the lowest id, by code point. As many as `limit` if there are. */
  readonly found: readonly Result[];
  /** Null at the end. */
  readonly next: string | null;
  /** False while documents of an older version are still being indexed: some may be missing. */
  readonly complete: boolean;
}

export type CheckDepth = "start" | "deep";

/** A consistent view of all documents (not the log) at one sequence. */
export interface Snapshot {
  readonly head: Head;
  readonly format: DataFormat;
  /** In no particular order; read it to its end or call `return()`, since it holds resources. */
  readonly documents: AsyncIterable<Document>;
}

/**
 * The store, shaped by the domain. Two adapters keep the same promises; `contract/store-contract.ts` is the list of them.
 * While the database can't be reached, every method rejects with StoreUnavailableError within a few seconds, and works
 * again once it is reachable. Once a newer version has raised `min_reader` beyond this one's data format, `commit`
 * conflicts, and `head`, `snapshot` and `ping` reject with StoreTooNewError.
 */
export interface Store {
  readonly kind: "sqlite" | "mongo";
  /** Undefined while the log is empty. */
  head(): Promise<Head | undefined>;
  /** The marks of the data; those of data without marks where there are none. */
  format(): Promise<DataFormat>;
  /**
   * Durable (fsync'ed, on a majority where there are several) when it resolves with `committed`. `conflict`: the
   * log's head is not `expectedSequence`, nothing was written. When it rejects, the outcome is unknown: ask `head()`.
   */
  commit(batch: Batch): Promise<"committed" | "conflict">;
  get<Name extends Collection>(collection: Name, id: string): Promise<DocumentOf<Name> | undefined>;
  query<Name extends Collection>(collection: Name, query: Query): Promise<DocumentIn<Name>[]>;
  /** Throws VegaError `invalid` for a malformed cursor. Searches what was committed before it. */
  search<Name extends Collection>(
    collection: Name,
    query: SearchQuery,
  ): Promise<SearchPage<SearchResult<Name>>>;
  /** The same without reading the documents. */
  searchIds(collection: Collection, query: SearchQuery): Promise<SearchPage<SearchHit>>;
  /**
   * Indexes some documents that an older version has written. `waiting`: older versions can still write; they can't once
   * this version has committed. Repeat until `done`.
   */
  indexOlder(): Promise<"done" | "more" | "waiting">;
  /** Entries with sequence > after, oldest first; there may be gaps among them, see `log_gaps`. */
  readLog(range: { after: number; limit: number }): Promise<LogEntry[]>;
  /** Entries that meet a filter, newest first. */
  queryLog(filter: LogFilter): Promise<LogEntry[]>;
  snapshot(): Promise<Snapshot>;
  /**
   * Faults of the database: physical damage, gaps in the log. `deep` also compares indexed columns with the entries, which
   * is slow; `start` leaves out the pages of a large file, which is slow too. Reads only.
   */
  check(depth?: CheckDepth): Promise<string[]>;
  /**
   * Removes the words of deleted documents from the index of searches; after an erasure also erased content from the
   * unused space of the database's files and from the write-ahead log. `busy`: there are readers or writers, retry.
   * `large`: unused space was not rewritten, since writes would wait for too long.
   */
  scrub(): Promise<"done" | "busy" | "large">;
  /** Resolves where the database answers and takes writes. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The database can't be reached. */
export class StoreUnavailableError extends Error {
  constructor(cause: unknown) {
    super("the database is unavailable", { cause });
    this.name = "StoreUnavailableError";
  }
}

/** The database is corrupt; nothing was changed. */
export class StoreCorruptError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "StoreCorruptError";
  }
}

/** The database can't hold VEGA's data: it has no transactions, or is too old. The message has the remedy. */
export class StoreUnsuitableError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "StoreUnsuitableError";
  }
}

/** The data need a newer version of VEGA; nothing was changed. */
export class StoreTooNewError extends StoreUnsuitableError {
  constructor(format: DataFormat) {
    super(
      `the database ${tooNewReason(format)}. Nothing was changed. Start the newer version, or restore a backup made ` +
        "before the upgrade: docs/how-to/upgrading.md",
    );
    this.name = "StoreTooNewError";
  }
}

export function refuseTooNew(format: DataFormat): void {
  if (isTooNew(format)) throw new StoreTooNewError(format);
}

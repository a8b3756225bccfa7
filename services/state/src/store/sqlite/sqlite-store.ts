import type { DocumentOf, JsonObject } from "@vega/contracts";
import type { Collection } from "../collections.ts";
import { COLLECTION_NAMES } from "../collections.ts";
import { isWrittenHere } from "../data-format.ts";
import { searchCursor, toHit } from "../search/cursor.ts";
import { indexEntry, SEARCHED } from "../search/index-entry.ts";
import { planSearch } from "../search/query-plan.ts";
import { INDEX_VERSION } from "../search/version.ts";
import type { Change, Document, Head, LogEntry, Query, SearchQuery, Store } from "../store.ts";
import { refuseTooNew, StoreUnavailableError, StoreCorruptError } from "../store.ts";
import type { DocumentRow, HeadRow, LogRow, OpenMode } from "./protocol.ts";
import type { Reader } from "./reader.ts";
import { openReader } from "./reader.ts";
import type { WorkerClient } from "./rpc.ts";
import { SqliteError, startWorker } from "./rpc.ts";
import { DECLARED_TABLES } from "./declared-tables.ts";
import { toToken } from "./search.ts";

/** Primary result codes, https://www.sqlite.org/rescode.html */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/**
 * The embedded store: one file, one worker thread. Mode `read` does not change the file or its write-ahead log, so that a
 * corrupt database can be examined: closing one that was opened to write merges the write-ahead log into it.
 * Throws StoreCorruptError where the file is not a valid database, StoreTooNewError where it needs a newer version.
 */
export async function openSqliteStore(path: string, mode: OpenMode = "write"): Promise<Store> {
  const worker = startWorker(DECLARED_TABLES.all);
  try {
    refuseTooNew(await translate(path, () => worker.call("open", path, mode)));
  } catch (error) {
    await worker.end();
    throw error;
  }
  return createStore(
    path,
    worker,
    mode === "write" ? openReader(path, DECLARED_TABLES) : undefined,
  );
}

/** Turns SQLite's errors into the store's. */
async function translate<Result>(path: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    // An error without a code is a bug, not a fault of the file.
    if (!(error instanceof SqliteError) || error.code === 0) throw error;
    const primary = error.code & 0xff;
    if (primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB) {
      throw new StoreCorruptError(`${path}: ${error.message}`, error);
    }
    throw new StoreUnavailableError(error);
  }
}

const toHead = (row: HeadRow | null): Head | undefined => row ?? undefined;

const toRow = (entry: LogEntry): LogRow => ({
  sequence: entry.sequence,
  type: entry.type,
  subject: entry.subject,
  time: entry.time,
  hash: entry.hash,
  entry: JSON.stringify(entry),
});

const toDocumentRow = ({ collection, id, body }: Change): DocumentRow => ({
  collection,
  id,
  body: body === null ? null : JSON.stringify(body),
  index: body === null ? null : toIndexRow(collection, body),
});

function toIndexRow(collection: Collection, body: unknown): DocumentRow["index"] {
  const entry = indexEntry(collection, body);
  return entry && { newest: entry.newest, terms: entry.keys.map(toToken).join(" ") };
}

/** @param reader undefined where the worker alone has the file */
function createStore(path: string, worker: WorkerClient, reader: Reader | undefined): Store {
  const call: WorkerClient["call"] = (method, ...args) =>
    translate(path, () => worker.call(method, ...args));
  const find = async (collection: Collection, query: SearchQuery, wants: "documents" | "ids") => {
    const steps = planSearch(query);
    const { found, more, version } = await call("search", collection, steps, query.limit, wants);
    const last = found.at(-1);
    const next = more && last ? searchCursor(last) : null;
    return { rows: found, next, complete: version >= INDEX_VERSION };
  };

  return {
    kind: "sqlite",
    async head() {
      const { head, format } = await call("head");
      refuseTooNew(format);
      return toHead(head);
    },
    format: async () => (await call("head")).format,
    commit: ({ entries, changes, erased = [], originErased = [], removed = [], ...batch }) =>
      call("commit", {
        ...batch,
        format: batch.format,
        erased,
        originErased,
        removed,
        entries: entries.map(toRow),
        changes: changes.map(toDocumentRow),
      }),
    async get<Name extends Collection>(collection: Name, id: string) {
      const found = reader?.get(collection, id);
      const body = found === undefined ? await call("get", collection, id) : found;
      return body === null ? undefined : parseAs(collection, id, body);
    },
    async query<Name extends Collection>(collection: Name, query: Query) {
      const rows = await call("query", collection, query);
      return rows.map(({ id, body }) => ({
        collection,
        id,
        body: parseAs(collection, id, body),
      }));
    },
    async search<Name extends Collection>(collection: Name, query: SearchQuery) {
      const { rows, ...page } = await find(collection, query, "documents");
      const found = rows.map(({ body: text, ...place }) => {
        const body = parseAs(collection, place.id, text);
        return Object.assign(toHit(place), { collection, body });
      });
      return { found, ...page };
    },
    async searchIds(collection, query) {
      const { rows, ...page } = await find(collection, query, "ids");
      return { found: rows.map(toHit), ...page };
    },
    async indexOlder() {
      const { format } = await call("head");
      if (!isWrittenHere(format)) return "waiting";
      for (const collection of SEARCHED) {
        const page = await call("unindexed", collection, INDEX_VERSION);
        if (!page) continue;
        const rows = page.rows.map(({ id, body }) => {
          const index = toIndexRow(collection, parse(collection, id, body));
          return { collection, id, body, index };
        });
        await call("indexDocuments", collection, INDEX_VERSION, rows, page.upTo);
        return "more";
      }
      return "done";
    },
    async readLog(range) {
      const entries = await call("readLog", range);
      return entries.map((entry) => JSON.parse(entry) as LogEntry);
    },
    async queryLog(filter) {
      const entries = await call("queryLog", filter);
      return entries.map((entry) => JSON.parse(entry) as LogEntry);
    },
    async snapshot() {
      const { snapshot, head, format } = await call("openSnapshot");
      refuseTooNew(format);
      if (!head) {
        await call("closeSnapshot", snapshot);
        throw new StoreCorruptError(`${path}: the log is empty`);
      }
      return { head, format, documents: readSnapshot(call, snapshot) };
    },
    async scrub() {
      // In steps, between which commits go on.
      while (!(await call("purgeIndexes")));
      return call("scrub");
    },
    check: (depth) => call("check", depth),
    ping: async () => refuseTooNew(await call("ping")),
    async close() {
      // The last one to close folds the write-ahead log into the file, which a reader can't.
      reader?.close();
      await call("close").catch(() => undefined);
      await worker.end();
    },
  };
}

/** The body with the type of its collection: the store holds what commands wrote. */
const parseAs = <Name extends Collection>(collection: Name, id: string, body: string) =>
  parse(collection, id, body) as DocumentOf<Name>;

function parse(collection: string, id: string, body: string): JsonObject {
  try {
    return JSON.parse(body) as JsonObject;
  } catch (cause) {
    throw new StoreCorruptError(`the document ${collection}/${id} is no JSON`, cause);
  }
}

async function* readSnapshot(
  call: WorkerClient["call"],
  snapshot: number,
): AsyncGenerator<Document> {
  try {
    for (const collection of COLLECTION_NAMES) {
      let after: string | null = null;
      for (;;) {
        const rows: { id: string; body: string }[] = await call(
          "readSnapshot",
          snapshot,
          collection,
          after,
        );
        for (const { id, body } of rows)
          yield { collection, id, body: parse(collection, id, body) };
        after = rows.at(-1)?.id ?? null;
        if (after === null) break;
      }
    }
  } finally {
    await call("closeSnapshot", snapshot).catch(() => undefined);
  }
}

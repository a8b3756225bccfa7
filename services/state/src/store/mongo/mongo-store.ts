import type { Filter } from "mongodb";
import type { Collection } from "../collections.ts";
import type { Batch, LogFilter, Query, Store } from "../store.ts";
import { checkLog } from "./check.ts";
import { commitBatch } from "./commit.ts";
import type { Connection, Handle } from "./connect.ts";
import { connect } from "./connect.ts";
import type { StoredDocument, StoredEntry } from "./documents.ts";
import { formatOf, fromStoredEntry, LOG, typedDocument } from "./documents.ts";
import { VALIDATION_FAILED } from "./errors.ts";
import { refuseUnsuitableServer, setUp } from "./setup.ts";
import { indexOlder, markIndexed, search, searchIds } from "./search.ts";
import { openSnapshot, readHead, readStoredHead } from "./snapshot.ts";
import { WriteRefusedError } from "./write-error.ts";

/**
 * The store in a MongoDB replica set (5.0 or newer), in the database that the URL's path names, else in `vega`.
 * Rejects with StoreUnavailableError where it can't be reached; with StoreUnsuitableError where it is a standalone or too old; with
 * StoreTooNewError where its data need a newer version.
 * Opened to `read`, it makes no collections and no indexes.
 */
export async function openMongoStore(
  url: string,
  mode: "read" | "write" = "write",
): Promise<Store> {
  const connection = connect(url);
  try {
    await connection.run(async ({ db }) => {
      await refuseUnsuitableServer(db);
      const head = await readHead(db);
      if (mode === "read") return;
      await setUp(db);
      if (!head) await markIndexed(db);
    });
  } catch (error) {
    await connection.close();
    throw error;
  }
  return createStore(connection);
}

function createStore({ run, close }: Connection): Store {
  return {
    kind: "mongo",
    head: () => run(({ db }) => readHead(db)),
    format: () => run(async ({ db }) => formatOf(await readStoredHead(db))),
    commit: (batch) => run((handle) => commitWithValidators(handle, batch)),
    get: <Name extends Collection>(collection: Name, id: string) =>
      run(async ({ db }) => {
        const stored = await db.collection<StoredDocument>(collection).findOne({ _id: id });
        return stored ? typedDocument(collection, stored).body : undefined;
      }),
    query: <Name extends Collection>(collection: Name, query: Query) =>
      run(async ({ db }) => {
        // MongoDB takes a limit of 0 as unlimited.
        if (query.limit === 0) return [];
        const found = db.collection<StoredDocument>(collection).find(toFilter(query));
        const rows = await found
          .sort({ _id: query.reverse ? -1 : 1 })
          .limit(query.limit ?? 0)
          .toArray();
        return rows.map((stored) => typedDocument(collection, stored));
      }),
    search: (collection, query) => run(({ db }) => search(db, collection, query)),
    searchIds: (collection, query) => run(({ db }) => searchIds(db, collection, query)),
    indexOlder: () => run(indexOlder),
    readLog: ({ after, limit }) =>
      run(async ({ db }) => {
        const log = db.collection<StoredEntry>(LOG);
        // Mostly there is no gap, so the limit is a range of sequences, which bounds the index scan.
        const near = await log
          .find({ sequence: { $gt: after, $lte: after + limit } })
          .sort({ sequence: 1 })
          .toArray();
        if (near.length > 0) return near.map(fromStoredEntry);
        // The end of the log, or a gap.
        const beyond = log.find({ sequence: { $gt: after + limit } }).sort({ sequence: 1 });
        return (await beyond.limit(limit).toArray()).map(fromStoredEntry);
      }),
    queryLog: (filter) =>
      run(async ({ db }) => {
        const rows = await db
          .collection<StoredEntry>(LOG)
          .find(toLogFilter(filter))
          .sort({ sequence: -1 })
          .limit(filter.limit)
          .toArray();
        return rows.map(fromStoredEntry);
      }),
    snapshot: () => run(openSnapshot),
    check: () => run(({ db }) => checkLog(db)),
    // What lies in the server's files is the server's.
    scrub: () => Promise.resolve("done"),
    ping: () => run(async ({ db }) => void (await readHead(db))),
    close,
  };
}

/**
 * A replica of an older version that starts beside this one may put back its narrower validators. Then they are widened
 * again, and the commit is tried once more.
 */
async function commitWithValidators(handle: Handle, batch: Batch) {
  try {
    return await commitBatch(handle, batch);
  } catch (error) {
    const isRefused = error instanceof WriteRefusedError && error.code === VALIDATION_FAILED;
    if (!isRefused || (await setUp(handle.db)) === 0) throw error;
    return commitBatch(handle, batch);
  }
}

/** Values that start with the prefix are those from it up to the prefix with the last code point there is. */
const startingWith = (prefix: string) => ({ $gte: prefix, $lt: `${prefix}\u{10FFFF}` });

function toLogFilter(filter: LogFilter): Filter<StoredEntry> {
  const { actor, type, typePrefix, types, subject, subjectPrefix, from, to, before } = filter;
  const [ofType, ofSubject] = [textOf(type, typePrefix), textOf(subject, subjectPrefix)];
  // Flat, a condition a field: a server need not see through an $and to find the index.
  return {
    ...(actor !== undefined && { "context.actor.id": actor }),
    ...((ofType ?? types) !== undefined && { type: { ...ofType, ...(types && { $in: types }) } }),
    ...(ofSubject !== undefined && { subject: ofSubject }),
    ...((from !== undefined || to !== undefined) && {
      time: { ...(from !== undefined && { $gte: from }), ...(to !== undefined && { $lt: to }) },
    }),
    ...(before !== undefined && { sequence: { $lt: before } }),
  };
}

/** A text as a whole, and how it begins. */
function textOf(whole: string | undefined, start: string | undefined) {
  if (whole === undefined && start === undefined) return undefined;
  return {
    ...(whole !== undefined && { $eq: whole }),
    ...(start !== undefined && startingWith(start)),
  };
}

function toFilter({ prefix, expiresUntil, after, before }: Query): Filter<StoredDocument> {
  const filter: Filter<StoredDocument> = {};
  const ids: Filter<StoredDocument>[] = [];
  if (prefix !== undefined) ids.push({ _id: startingWith(prefix) });
  if (after !== undefined) ids.push({ _id: { $gt: after } });
  if (before !== undefined) ids.push({ _id: { $lt: before } });
  if (ids.length > 0) filter.$and = ids;
  if (expiresUntil !== undefined) {
    // The type is that of the partial index, else MongoDB would not know that the index has all of them.
    filter["body.expires_at"] = { $type: "string", $lte: expiresUntil };
  }
  return filter;
}

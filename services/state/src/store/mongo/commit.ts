import type { AnyBulkWriteOperation, ClientSession, Db, TransactionOptions } from "mongodb";
import { MongoError, MongoServerError } from "mongodb";
import { setTimeout as delay } from "node:timers/promises";
import type { Collection } from "../collections.ts";
import { DATA_FORMAT, raised, UNMARKED } from "../data-format.ts";
import { eraseContent, eraseOrigin } from "../erase.ts";
import type { Batch, Change, LogEntry } from "../store.ts";
import type { Handle } from "./connect.ts";
import type { StoredDocument, StoredEntry, StoredHead } from "./documents.ts";
import {
  fromStoredEntry,
  HEAD_ID,
  LOG,
  LOG_HEAD,
  toStoredDocument,
  toStoredEntry,
} from "./documents.ts";
import { ConnectionBrokenError, DUPLICATE_KEY, isWorthAnotherTry } from "./errors.ts";
import { readHead } from "./snapshot.ts";
import { toWriteError } from "./write-error.ts";

/** How often a commit is tried that another replica's is in the way of; the pause doubles each time, to over a second in all. */
const MAX_ATTEMPTS = 8;
const PAUSE_MS = 10;

/** The write concern is the connection's: majority, journaled. */
const TRANSACTION: TransactionOptions = { readConcern: { level: "snapshot" } };

/** See `Store.commit`. Rejects with the driver's errors, and with WriteRefusedError. */
export async function commitBatch(handle: Handle, batch: Batch): Promise<"committed" | "conflict"> {
  const { client, db, sessions } = handle;
  let mayBeWritten = false;
  for (let attempt = 1; ; attempt += 1) {
    const session = await sessions.take(client, db);
    let committing = false;
    try {
      session.startTransaction(TRANSACTION);
      const written = mayBeWritten && (await isWritten(db, session, batch));
      if (!written && !(await write(db, session, batch))) {
        await session.abortTransaction();
        sessions.giveBack(session);
        return "conflict";
      }
      committing = true;
      await commitTransaction(session);
      sessions.giveBack(session);
      return "committed";
    } catch (error) {
      // It takes back what was not committed, where the way to the server is there; one whose connection broke is of no
      // more use.
      sessions.drop(session);
      const again = isWorthAnotherTry(error);
      if (attempt === MAX_ATTEMPTS && again && (await isStuck(db, batch))) {
        await sessions.endOthers(db);
      }
      if (attempt === MAX_ATTEMPTS || !again) throw error;
      mayBeWritten ||= committing;
    }
    await delay(PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
  }
}

/** Whether no replica has committed since, although a write conflict blocked this commit. */
async function isStuck(db: Db, { expectedSequence }: Batch): Promise<boolean> {
  return ((await readHead(db))?.sequence ?? 0) === expectedSequence;
}

/** The driver (7.9) trips over a socket's own error here and throws a TypeError in its stead. */
function commitTransaction(session: ClientSession): Promise<void> {
  return session.commitTransaction().catch((error: unknown) => {
    throw error instanceof MongoError ? error : new ConnectionBrokenError(error);
  });
}

/**
 * Whether an earlier attempt went through though its answer was lost. Without looking, it would seem to be the
 * commit of another replica, and its commands would be carried out twice.
 */
async function isWritten(db: Db, session: ClientSession, batch: Batch): Promise<boolean> {
  const sequence = batch.entries[0]?.sequence ?? 0;
  const entry = await db.collection<StoredEntry>(LOG).findOne({ sequence }, { session });
  return entry !== null && entry._id === batch.entries[0]?.id;
}

/** False where the head is not the expected one; the transaction must not go on then. */
async function write(db: Db, session: ClientSession, batch: Batch): Promise<boolean> {
  if (!(await moveHead(db, session, batch))) return false;
  const entries = batch.entries.map(toStoredEntry);
  await db
    .collection<StoredEntry>(LOG)
    .insertMany(entries, { session })
    .catch((error: unknown) => {
      const ids = entries.map(({ sequence }) => String(sequence));
      throw toWriteError(LOG, ids, error);
    });
  for (const [collection, bodies] of lastBodies(batch.changes)) {
    const ids = [...bodies.keys()];
    await db
      .collection<StoredDocument>(collection)
      .bulkWrite(
        [...bodies].map(([id, body]) => toOperation(collection, id, body)),
        { session, ordered: false },
      )
      .catch((error: unknown) => {
        throw toWriteError(collection, ids, error);
      });
  }
  await remove(db, session, batch.removed ?? []);
  await rewrite(db, session, batch.erased ?? [], eraseContent);
  await rewrite(db, session, batch.originErased ?? [], eraseOrigin);
  return true;
}

/** Takes older entries out of the log. */
async function remove(db: Db, session: ClientSession, sequences: readonly number[]): Promise<void> {
  if (sequences.length === 0) return;
  const { deletedCount } = await db
    .collection<StoredEntry>(LOG)
    .deleteMany({ sequence: { $in: [...sequences] } }, { session });
  if (deletedCount !== sequences.length) throw new Error("an entry to take out is not there");
}

/** Rewrites older entries of the log. */
async function rewrite(
  db: Db,
  session: ClientSession,
  sequences: readonly number[],
  change: (entry: LogEntry) => LogEntry,
): Promise<void> {
  if (sequences.length === 0) return;
  const log = db.collection<StoredEntry>(LOG);
  const found = await log.find({ sequence: { $in: [...sequences] } }, { session }).toArray();
  // What was thinned out since it was found has nothing left to erase.
  if (found.length === 0) return;
  await log.bulkWrite(
    found.map((stored) => ({
      replaceOne: {
        filter: { _id: stored._id },
        replacement: toStoredEntry(change(fromStoredEntry(stored))),
      },
    })),
    { session, ordered: false },
  );
}

async function moveHead(db: Db, session: ClientSession, batch: Batch): Promise<boolean> {
  const heads = db.collection<StoredHead>(LOG_HEAD);
  const { expectedSequence, entries, relayed, format = UNMARKED } = batch;
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) throw new Error("a commit needs at least one entry");
  const { sequence, hash } = last;
  // With the data that need them, in one transaction: data are never newer than their marks.
  const marks = raised(format);
  if (expectedSequence > 0) {
    const moved = await heads.updateOne(
      {
        _id: HEAD_ID,
        sequence: expectedSequence,
        // A later read of the head reports the reason.
        $or: [{ min_reader: { $exists: false } }, { min_reader: { $lte: DATA_FORMAT } }],
      },
      { $set: { sequence, hash }, $max: { relayed, ...marks } },
      { session },
    );
    return moved.matchedCount === 1;
  }
  try {
    await heads.insertOne(
      { _id: HEAD_ID, sequence, hash, log_id: first.id, relayed, ...marks },
      { session },
    );
    return true;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
    throw error;
  }
}

/** The last body of each changed document, by collection. */
function lastBodies(changes: readonly Change[]): Map<Collection, Map<string, Change["body"]>> {
  const result = new Map<Collection, Map<string, Change["body"]>>();
  for (const { collection, id, body } of changes) {
    const bodies = result.get(collection) ?? new Map<string, Change["body"]>();
    result.set(collection, bodies.set(id, body));
  }
  return result;
}

function toOperation(
  collection: Collection,
  id: string,
  body: Change["body"],
): AnyBulkWriteOperation<StoredDocument> {
  const filter = { _id: id };
  if (body === null) return { deleteOne: { filter } };
  return { replaceOne: { filter, replacement: toStoredDocument(collection, body), upsert: true } };
}

import type { ClientSession, Db } from "mongodb";
import { COLLECTION_NAMES } from "../collections.ts";
import type { Document, Head, Snapshot } from "../store.ts";
import { refuseTooNew, StoreCorruptError } from "../store.ts";
import type { Handle } from "./connect.ts";
import { closeQuietly } from "./close-quietly.ts";
import type { StoredDocument, StoredHead } from "./documents.ts";
import { fromStoredDocument, formatOf, fromStoredHead, HEAD_ID, LOG_HEAD } from "./documents.ts";
import { toStoreError } from "./errors.ts";

/** Documents of one answer of the server. */
const BATCH_SIZE = 500;

/** Null while the log is empty. Throws StoreTooNewError: every read and write reads the head first. */
export async function readStoredHead(db: Db, session?: ClientSession): Promise<StoredHead | null> {
  const options = session ? { session } : {};
  const stored = await db.collection<StoredHead>(LOG_HEAD).findOne({ _id: HEAD_ID }, options);
  refuseTooNew(formatOf(stored));
  return stored;
}

export async function readHead(db: Db): Promise<Head | undefined> {
  const stored = await readStoredHead(db);
  return stored ? fromStoredHead(stored) : undefined;
}

/**
 * Reads in one transaction, so everything is as of its first read, the head's. The server ends a transaction after
 * 60 seconds (`transactionLifetimeLimitSeconds`); a snapshot that takes longer fails with StoreUnavailableError.
 */
export async function openSnapshot({ client, db }: Handle): Promise<Snapshot> {
  const session = client.startSession();
  try {
    session.startTransaction({ readConcern: { level: "snapshot" } });
    const stored = await readStoredHead(db, session);
    if (!stored) throw new StoreCorruptError("the log is empty");
    const [head, format] = [fromStoredHead(stored), formatOf(stored)];
    return { head, format, documents: readDocuments(db, session) };
  } catch (error) {
    closeQuietly(session);
    throw error;
  }
}

async function* readDocuments(db: Db, session: ClientSession): AsyncGenerator<Document> {
  try {
    for (const collection of COLLECTION_NAMES) {
      const found = db.collection<StoredDocument>(collection);
      const cursor = found.find({}, { session, batchSize: BATCH_SIZE });
      for await (const stored of cursor) yield fromStoredDocument(collection, stored);
    }
  } catch (error) {
    throw toStoreError(error);
  } finally {
    closeQuietly(session);
  }
}

import { createHash } from "node:crypto";
import { CHUNK_BYTES } from "@vega/contracts";
import type { ClientSession, Db } from "mongodb";
import { Binary } from "mongodb";
import type { Handle } from "../../store/mongo/connect.ts";
import { connect } from "../../store/mongo/connect.ts";
import type { BlobInfo, BlobStore } from "../blob-store.ts";
import { DigestMismatchError, UploadIncompleteError } from "../blob-store.ts";
import { transact } from "./transact.ts";

/** A blob points to the chunks of the upload that it came from. */
interface StoredBlob {
  readonly _id: string;
  readonly upload: string;
  readonly bytes: number;
  readonly stored_at: Date;
}

/** An upload that is no blob: unfinished, or to be removed. */
interface StoredUpload {
  readonly _id: string;
  readonly started_at: Date;
  /** Its chunks are being removed. */
  readonly given_up?: true;
}

/** `_id` is `<upload>/<index>`, so a chunk that is sent again replaces itself. */
interface StoredChunk {
  readonly _id: string;
  readonly data: Binary;
}

const INDEX_DIGITS = 7;
const chunkId = (upload: string, index: number) =>
  `${upload}/${String(index).padStart(INDEX_DIGITS, "0")}`;
/** "0" follows "/" in the order of code points. */
const chunksOf = (upload: string) => ({ _id: { $gte: `${upload}/`, $lt: `${upload}0` } });

/** Digests in one update. */
const RENEWED_AT_ONCE = 1_000;

const collectionsOf = (db: Db) => ({
  blobs: db.collection<StoredBlob>("blobs"),
  uploads: db.collection<StoredUpload>("blob_uploads"),
  chunks: db.collection<StoredChunk>("blob_chunks"),
});
type Collections = ReturnType<typeof collectionsOf>;

/**
 * Blobs in three collections of the database that the URL names. Throws StoreUnsuitableError where the URL is no MongoDB
 * URL; connects with the first call.
 */
export function openMongoBlobs(url: string): BlobStore {
  const { run, close } = connect(url);
  const on = <Result>(work: (collections: Collections, handle: Handle) => Promise<Result>) =>
    run((handle) => work(collectionsOf(handle.db), handle));

  return {
    write: (upload, index, bytes, now) =>
      on(async ({ uploads, chunks }) => {
        if (index === 0) {
          // Before its chunks: they must not be without what has them removed.
          const begun = { $setOnInsert: { started_at: new Date(now) } };
          await uploads.updateOne({ _id: upload }, begun, { upsert: true });
        } else if (!(await uploads.findOne({ _id: upload }))) {
          throw new UploadIncompleteError("the upload is not known");
        }
        const data = new Binary(bytes);
        await chunks.replaceOne({ _id: chunkId(upload, index) }, { data }, { upsert: true });
      }),

    finish: (upload, { sha256, bytes }, now) =>
      on(async (all, handle) => {
        if (await all.uploads.findOne({ _id: upload })) {
          const found = await digestOf(all, upload, bytes);
          if (found !== sha256) throw new DigestMismatchError(sha256, found);
          const blob = { _id: sha256, upload, bytes, stored_at: new Date(now) };
          if (await publish(handle, all, blob)) return;
        }
        // Finished by an earlier call, whose reply was lost.
        if ((await all.blobs.findOne({ _id: sha256 }))?.bytes === bytes) return;
        throw new UploadIncompleteError("the upload is not known");
      }),

    discard: (upload) => on((all) => removeUpload(all, upload)),

    stat: (sha256) =>
      on(async ({ blobs }) => {
        const found = await blobs.findOne({ _id: sha256 });
        return found ? infoOf(found) : undefined;
      }),

    read: (sha256, index) => on((all) => chunkOf(all, sha256, index)),

    async *list() {
      for (let after = ""; ;) {
        const page = await on(({ blobs }) =>
          blobs
            .find({ _id: { $gt: after } })
            .sort({ _id: 1 })
            .limit(RENEWED_AT_ONCE)
            .toArray(),
        );
        yield* page.map(infoOf);
        const last = page.at(-1);
        if (!last) return;
        after = last._id;
      }
    },

    renew: (sha256s, now) =>
      on(async ({ blobs }) => {
        for (let at = 0; at < sha256s.length; at += RENEWED_AT_ONCE) {
          const some = sha256s.slice(at, at + RENEWED_AT_ONCE);
          const renewed = { $set: { stored_at: new Date(now) } };
          await blobs.updateMany({ _id: { $in: some } }, renewed);
        }
      }),

    remove: ({ sha256, storedAt }, now) =>
      on(async (all, handle) => {
        const seen = { _id: sha256, stored_at: new Date(storedAt) };
        const upload = await transact(handle, async (session) => {
          const blob = await all.blobs.findOneAndDelete(seen, { session });
          if (!blob) return undefined;
          await becomeUpload(all, blob.upload, new Date(now), session);
          return blob.upload;
        });
        if (upload === undefined) return false;
        await removeUpload(all, upload);
        return true;
      }),

    removeUploads: (before) =>
      on(async (all) => {
        let removed = 0;
        for await (const { _id: upload } of all.uploads.find({
          started_at: { $lt: new Date(before) },
        })) {
          await removeUpload(all, upload);
          removed += 1;
        }
        return removed;
      }),

    usage: () =>
      on(async ({ blobs }) => {
        const total = { _id: null, blobs: { $sum: 1 }, bytes: { $sum: "$bytes" } };
        const [found] = await blobs
          .aggregate<{ blobs: number; bytes: number }>([{ $group: total }])
          .toArray();
        return { blobs: found?.blobs ?? 0, bytes: found?.bytes ?? 0 };
      }),

    free: () =>
      on(async (_, { db }) => {
        const { fsTotalSize, fsUsedSize } = await db.command({ dbStats: 1 });
        if (typeof fsTotalSize !== "number" || typeof fsUsedSize !== "number") return undefined;
        return fsTotalSize - fsUsedSize;
      }),

    close,
  };
}

async function chunkOf(
  { blobs, chunks }: Collections,
  sha256: string,
  index: number,
): Promise<{ bytes: Uint8Array; total: number } | undefined> {
  for (let before: string | undefined; ;) {
    const blob = await blobs.findOne({ _id: sha256 });
    if (!blob) return undefined;
    const chunk = await chunks.findOne({ _id: chunkId(blob.upload, index) });
    if (chunk) return { bytes: chunk.data.value(), total: blob.bytes };
    // Stored again in between, so its chunks are others now.
    if (blob.upload === before) return { bytes: new Uint8Array(), total: blob.bytes };
    before = blob.upload;
  }
}

const infoOf = ({ _id, bytes, stored_at }: StoredBlob): BlobInfo => ({
  sha256: _id,
  bytes,
  storedAt: stored_at.getTime(),
});

/**
 * Has a digest point to the chunks of an upload, which is no upload then; what it pointed to before becomes one and is
 * removed. @returns false where the upload was finished or given up by another call
 */
async function publish(handle: Handle, all: Collections, blob: StoredBlob): Promise<boolean> {
  const { _id, upload, stored_at } = blob;
  const outcome = await transact(handle, async (session) => {
    const claimed = { _id: upload, given_up: { $exists: false } };
    const { deletedCount } = await all.uploads.deleteOne(claimed, { session });
    if (deletedCount === 0) return { published: false, before: undefined };
    const options = { session, upsert: true };
    const before = await all.blobs.findOneAndReplace({ _id }, withoutId(blob), options);
    if (before) await becomeUpload(all, before.upload, stored_at, session);
    return { published: true, before: before?.upload };
  });
  if (outcome.before !== undefined) await removeUpload(all, outcome.before);
  return outcome.published;
}

const withoutId = ({ _id, ...rest }: StoredBlob) => rest;

/** Its chunks must not be without what has them removed. */
const becomeUpload = (
  { uploads }: Collections,
  upload: string,
  started_at: Date,
  session: ClientSession,
) => uploads.insertOne({ _id: upload, started_at }, { session });

/** First it can't be finished any more; its chunks go before it, so that what a crash leaves is known as an upload. */
async function removeUpload({ uploads, chunks }: Collections, upload: string): Promise<void> {
  await uploads.updateOne({ _id: upload }, { $set: { given_up: true } });
  await chunks.deleteMany(chunksOf(upload));
  await uploads.deleteOne({ _id: upload });
}

/** SHA-256 of an upload's chunks, hex. Rejects with UploadIncompleteError where they have another size. */
async function digestOf({ chunks }: Collections, upload: string, bytes: number): Promise<string> {
  const digest = createHash("sha256");
  let size = 0;
  for (let index = 0; size < bytes; index += 1) {
    const chunk = await chunks.findOne({ _id: chunkId(upload, index) });
    if (!chunk) break;
    const data = chunk.data.value();
    digest.update(data);
    size += data.byteLength;
    if (data.byteLength < CHUNK_BYTES) break;
  }
  const next = chunkId(upload, Math.ceil(size / CHUNK_BYTES));
  if (size !== bytes || (await chunks.findOne({ _id: next }, { projection: { _id: 1 } })))
    throw new UploadIncompleteError(`the upload has ${size} of ${bytes} bytes; send it again`);
  return digest.digest("hex");
}

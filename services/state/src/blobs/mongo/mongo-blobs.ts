import { createHash } from "node:crypto";
import { CHUNK_BYTES } from "@vega/contracts";
import type { Db } from "mongodb";
import { Binary, MongoServerError } from "mongodb";
import { connect } from "../../store/mongo/connect.ts";
import { DUPLICATE_KEY } from "../../store/mongo/errors.ts";
import type { BlobInfo, BlobStore } from "../blob-store.ts";
import { DigestMismatchError, UploadIncompleteError } from "../blob-store.ts";

/** A blob points to the chunks of the upload that it came from. */
interface StoredBlob {
  readonly _id: string;
  readonly upload: string;
  readonly bytes: number;
  readonly stored_at: Date;
}

/** An upload whose chunks may be removed, unless a blob points to it. */
interface StoredUpload {
  readonly _id: string;
  readonly started_at: Date;
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
  const on = <Result>(work: (collections: Collections, db: Db) => Promise<Result>) =>
    run(({ db }) => work(collectionsOf(db), db));

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
      on(async (all) => {
        const there = await all.blobs.findOne({ _id: sha256 });
        if (!(await all.uploads.findOne({ _id: upload }))) {
          // Finished by an earlier call, whose reply was lost.
          if (there?.bytes === bytes) return;
          throw new UploadIncompleteError("the upload is not known");
        }
        if (there?.upload !== upload) {
          const found = await digestOf(all, upload, bytes);
          if (found !== sha256) throw new DigestMismatchError(sha256, found);
          await point(all, { _id: sha256, upload, bytes, stored_at: new Date(now) });
        }
        await all.uploads.deleteOne({ _id: upload });
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
      on(async (all) => {
        const seen = { _id: sha256, stored_at: new Date(storedAt) };
        const blob = await all.blobs.findOne(seen);
        if (!blob) return false;
        // Its chunks must not be without what has them removed, also where this process ends here.
        await markRemovable(all, blob.upload, new Date(now));
        const { deletedCount } = await all.blobs.deleteOne({ ...seen, upload: blob.upload });
        if (deletedCount === 1) await removeUpload(all, blob.upload);
        else await all.uploads.deleteOne({ _id: blob.upload });
        return deletedCount === 1;
      }),

    removeUploads: (before) =>
      on(async (all) => {
        let removed = 0;
        const old = all.uploads.find({ started_at: { $lt: new Date(before) } });
        for await (const { _id: upload } of old) {
          const blob = await all.blobs.findOne({ upload });
          if (blob) await all.uploads.deleteOne({ _id: upload });
          else {
            await removeUpload(all, upload);
            removed += 1;
          }
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
      on(async (_, db) => {
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

/** Has a digest name the chunks of an upload, and removes those that it named before. */
async function point(all: Collections, blob: StoredBlob): Promise<void> {
  const { _id, ...named } = blob;
  for (;;) {
    const before = await all.blobs.findOne({ _id });
    if (!before) {
      if (await inserted(all, blob)) return;
      continue;
    }
    await markRemovable(all, before.upload, blob.stored_at);
    const seen = { _id, upload: before.upload };
    if (!(await all.blobs.findOneAndUpdate(seen, { $set: named }))) continue;
    await removeUpload(all, before.upload);
    return;
  }
}

async function inserted({ blobs }: Collections, blob: StoredBlob): Promise<boolean> {
  try {
    await blobs.insertOne(blob);
    return true;
  } catch (error) {
    // Another replica was faster.
    if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
    throw error;
  }
}

/** As of now, so that no sweep takes it meanwhile for one that a blob still points to. */
const markRemovable = ({ uploads }: Collections, upload: string, now: Date) =>
  uploads.updateOne({ _id: upload }, { $set: { started_at: now } }, { upsert: true });

/** Its chunks first: what remains after a crash is still known as an upload. */
async function removeUpload({ uploads, chunks }: Collections, upload: string): Promise<void> {
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

import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { mkdir, open, readdir, rename, rm, stat, statfs, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CHUNK_BYTES } from "@vega/contracts";
import type { BlobStore, BlobUsage } from "../blob-store.ts";
import { DigestMismatchError, UploadIncompleteError } from "../blob-store.ts";
import { blobPath, infoOf, isMissing, listFiles, makeFolder, syncFolder } from "./folders.ts";

const UPLOADS = "uploads";

/**
 * Blobs as files `<folder>/ab/cd/abcd…`, whose modification time is when they were stored or renewed; unfinished uploads as
 * `<folder>/uploads/<id>`. The folder is made with the first upload.
 */
export function openFileBlobs(folder: string): BlobStore {
  const uploadPath = (upload: string) => join(folder, UPLOADS, upload);
  const pathOf = (sha256: string) => blobPath(folder, sha256);
  const folderOf = (sha256: string) => dirname(pathOf(sha256));

  const synced = new Set<string>();
  /** Calls that replace or remove a blob, one after the other: between two steps of one the file must stay the same. */
  let last: Promise<unknown> = Promise.resolve();
  const exclusive = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  /** Counted by the first who asks, then kept up to date: one process has the folder. */
  let usage: Promise<{ blobs: number; bytes: number }> | undefined;
  const counted = (): Promise<{ blobs: number; bytes: number }> => {
    usage ??= countAll(folder).catch((error: unknown) => {
      usage = undefined;
      throw error;
    });
    return usage;
  };
  const count = async (blobs: number, bytes: number) => {
    const total = await counted();
    total.blobs += blobs;
    total.bytes += bytes;
  };
  /** An upload whose digest was verified takes the place of its blob. */
  const publish = (upload: string, sha256: string, bytes: number) =>
    exclusive(async () => {
      await counted();
      const before = await infoOf(pathOf(sha256));
      try {
        await rename(uploadPath(upload), pathOf(sha256));
      } catch (error) {
        // The same call came twice, and the other one was faster.
        if (isMissing(error) && before?.bytes === bytes) return;
        throw error;
      }
      await syncFolder(folderOf(sha256));
      await count(before ? 0 : 1, bytes - (before?.bytes ?? 0));
    });

  return {
    async write(upload, index, bytes) {
      if (index === 0) await mkdir(join(folder, UPLOADS), { recursive: true, mode: 0o700 });
      const file = await openUpload(uploadPath(upload), index === 0);
      try {
        await writeAt(file, bytes, index * CHUNK_BYTES);
      } finally {
        await file.close();
      }
    },

    async finish(upload, { sha256, bytes }, now) {
      const file = await openUpload(uploadPath(upload), false).catch(async (error: unknown) => {
        // Finished by an earlier call, whose reply was lost.
        if ((await infoOf(pathOf(sha256)))?.bytes === bytes) return undefined;
        throw error;
      });
      if (!file) return;
      try {
        const found = await digestOf(file, bytes);
        if (found !== sha256) throw new DigestMismatchError(sha256, found);
        await file.utimes(now / 1_000, now / 1_000);
        await file.sync();
      } finally {
        await file.close();
      }
      if (!synced.has(folderOf(sha256))) {
        await makeFolder(folder, folderOf(sha256));
        synced.add(folderOf(sha256));
      }
      await publish(upload, sha256, bytes);
    },

    discard: (upload) => rm(uploadPath(upload), { force: true }),
    stat: (sha256) => infoOf(pathOf(sha256)),

    async read(sha256, index) {
      const file = await open(pathOf(sha256)).catch(unlessMissing);
      if (!file) return undefined;
      try {
        const { size } = await file.stat();
        const start = index * CHUNK_BYTES;
        const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(CHUNK_BYTES, size - start)));
        return { bytes: await readAt(file, buffer, start), total: size };
      } finally {
        await file.close();
      }
    },

    list: () => listFiles(folder),

    renew: (sha256s, now) =>
      exclusive(async () => {
        for (const sha256 of sha256s) {
          await utimes(pathOf(sha256), now / 1_000, now / 1_000).catch(unlessMissing);
        }
      }),

    remove: (seen) =>
      exclusive(async () => {
        await counted();
        const found = await infoOf(pathOf(seen.sha256));
        if (!found || found.storedAt !== seen.storedAt) return false;
        await rm(pathOf(seen.sha256), { force: true });
        await count(-1, -found.bytes);
        return true;
      }),

    async removeUploads(before) {
      let removed = 0;
      for (const name of (await readdir(join(folder, UPLOADS)).catch(unlessMissing)) ?? []) {
        const { mtimeMs = Number.POSITIVE_INFINITY } =
          (await stat(uploadPath(name)).catch(unlessMissing)) ?? {};
        if (mtimeMs >= before) continue;
        await rm(uploadPath(name), { force: true });
        removed += 1;
      }
      return removed;
    },

    async usage(): Promise<BlobUsage> {
      return { ...(await counted()) };
    },

    async free() {
      const found =
        (await statfs(folder).catch(unlessMissing)) ?? (await statfs(join(folder, "..")));
      return found.bavail * found.bsize;
    },

    close: () => Promise.resolve(),
  };
}

async function countAll(folder: string): Promise<{ blobs: number; bytes: number }> {
  const total = { blobs: 0, bytes: 0 };
  for await (const { bytes } of listFiles(folder)) {
    total.blobs += 1;
    total.bytes += bytes;
  }
  return total;
}

async function openUpload(path: string, isNew: boolean): Promise<FileHandle> {
  // Without truncation: a repeated first chunk leaves those after it.
  if (isNew) await (await open(path, "a", 0o600)).close();
  return open(path, "r+").catch((error: unknown) => {
    if (isMissing(error)) throw new UploadIncompleteError("the upload is not known");
    throw error;
  });
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) {
    const { bytesWritten } = await file.write(bytes, at, bytes.byteLength - at, position + at);
    at += bytesWritten;
  }
}

/** @returns what was read: all that the buffer has room for, or up to the end of the file. */
async function readAt(file: FileHandle, buffer: Buffer, position: number): Promise<Uint8Array> {
  let at = 0;
  while (at < buffer.byteLength) {
    const { bytesRead } = await file.read(buffer, at, buffer.byteLength - at, position + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return buffer.subarray(0, at);
}

/** SHA-256 of a file, hex. Rejects with UploadIncompleteError where it has another size. */
async function digestOf(file: FileHandle, bytes: number): Promise<string> {
  const { size } = await file.stat();
  if (size !== bytes)
    throw new UploadIncompleteError(`the upload has ${size} of ${bytes} bytes; send it again`);
  const digest = createHash("sha256");
  const buffer = Buffer.allocUnsafeSlow(Math.min(bytes, CHUNK_BYTES));
  for (let at = 0; at < bytes;) {
    const part = await readAt(file, buffer, at);
    if (part.byteLength === 0) throw new UploadIncompleteError("the upload was cut short");
    digest.update(part);
    at += part.byteLength;
  }
  return digest.digest("hex");
}

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

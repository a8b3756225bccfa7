import { createHash, randomUUID } from "node:crypto";
import { CHUNK_BYTES } from "@vega/contracts";
import type { BlobStore } from "./blob-store.ts";
import { DigestMismatchError, UploadIncompleteError } from "./blob-store.ts";

/** All bytes of a blob, chunk by chunk. Rejects with UploadIncompleteError where it, or a chunk of it, is missing. */
export async function* readBlob(
  store: Pick<BlobStore, "read">,
  sha256: string,
): AsyncGenerator<Uint8Array> {
  for (let index = 0; ; index += 1) {
    const chunk = await store.read(sha256, index);
    if (!chunk) throw new UploadIncompleteError(`the blob ${sha256} is missing`);
    if (chunk.bytes.byteLength > 0) yield chunk.bytes;
    if (index * CHUNK_BYTES + chunk.bytes.byteLength >= chunk.total) return;
    if (chunk.bytes.byteLength === 0)
      throw new UploadIncompleteError(`the blob ${sha256} is cut short`);
  }
}

/**
 * Stores chunks of CHUNK_BYTES (the last one shorter) as the blob of a digest. Nothing is left where it rejects.
 * Rejects with DigestMismatchError where the bytes are others.
 */
export async function storeBlob(
  store: BlobStore,
  sha256: string,
  chunks: AsyncIterable<Uint8Array>,
  now: number,
): Promise<void> {
  const upload = randomUUID();
  let bytes = 0;
  let index = 0;
  try {
    for await (const chunk of chunks) {
      await store.write(upload, index, chunk, now);
      index += 1;
      bytes += chunk.byteLength;
    }
    await store.finish(upload, { sha256, bytes }, now);
  } catch (error) {
    await store.discard(upload).catch(() => undefined);
    throw error;
  }
}

/** Reads a blob to its end. Rejects with DigestMismatchError or UploadIncompleteError where it is damaged. */
export async function verifyBlob(store: Pick<BlobStore, "read">, sha256: string): Promise<void> {
  const digest = createHash("sha256");
  for await (const bytes of readBlob(store, sha256)) digest.update(bytes);
  const found = digest.digest("hex");
  if (found !== sha256) throw new DigestMismatchError(sha256, found);
}

import { CHUNK_BYTES } from "@vega/contracts";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BlobInfo, BlobStore } from "../blob-store.ts";
import { DigestMismatchError, UploadIncompleteError } from "../blob-store.ts";
import { readBlob, storeBlob, verifyBlob } from "../streams.ts";

const NOW = Date.parse("2026-01-31T12:00:00.123Z");

const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES)
    yield bytes.subarray(at, at + CHUNK_BYTES);
}

async function put(store: BlobStore, bytes: Uint8Array, now = NOW): Promise<string> {
  const sha256 = digestOf(bytes);
  await storeBlob(store, sha256, chunksOf(bytes), now);
  return sha256;
}

export async function listed(store: BlobStore): Promise<BlobInfo[]> {
  const all: BlobInfo[] = [];
  for await (const blob of store.list()) all.push(blob);
  return all;
}

async function contentOf(store: BlobStore, sha256: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of readBlob(store, sha256)) parts.push(part);
  return Buffer.concat(parts);
}

/** The contract of a blob store. Each adapter runs this suite against its real storage. */
export function blobContract(name: string, open: () => Promise<BlobStore>): void {
  describe(`the ${name} blob store`, () => {
    let store: BlobStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    const stat = async (sha256: string): Promise<BlobInfo> => {
      const found = await store.stat(sha256);
      if (!found) throw new Error("it is missing");
      return found;
    };

    test("an empty store has nothing", async () => {
      const sha256 = digestOf(Buffer.from("nothing"));
      expect(await store.stat(sha256)).toBeUndefined();
      expect(await store.read(sha256, 0)).toBeUndefined();
      expect(await listed(store)).toEqual([]);
      expect(await store.usage()).toEqual({ blobs: 0, bytes: 0 });
      expect(await store.removeUploads(NOW)).toBe(0);
      await store.renew([sha256], NOW);
      await store.discard(randomUUID());
      await expect(verifyBlob(store, sha256)).rejects.toThrow(UploadIncompleteError);
    });

    test("bytes come back as they were, chunk by chunk", async () => {
      for (const bytes of [1, CHUNK_BYTES, 2 * CHUNK_BYTES + 7]) {
        const content = randomBytes(bytes);
        const sha256 = await put(store, content);
        expect(await stat(sha256)).toEqual({ sha256, bytes, storedAt: NOW });
        expect(content.equals(await contentOf(store, sha256))).toBe(true);
        await verifyBlob(store, sha256);
        const beyond = await store.read(sha256, Math.ceil(bytes / CHUNK_BYTES));
        expect([beyond?.bytes.byteLength, beyond?.total]).toEqual([0, bytes]);
      }
      expect(await store.usage()).toEqual({ blobs: 3, bytes: 3 * CHUNK_BYTES + 8 });
      const sizes = new Set((await listed(store)).map(({ bytes }) => bytes));
      expect(sizes).toEqual(new Set([1, CHUNK_BYTES, 2 * CHUNK_BYTES + 7]));
    });

    test("a chunk and the end of an upload may be sent again", async () => {
      const content = randomBytes(CHUNK_BYTES + 9);
      const whole = { sha256: digestOf(content), bytes: content.byteLength };
      const upload = randomUUID();
      const [first, second] = [content.subarray(0, CHUNK_BYTES), content.subarray(CHUNK_BYTES)];
      await store.write(upload, 0, first, NOW);
      await store.write(upload, 1, second, NOW);
      await store.write(upload, 0, first, NOW);
      expect(await store.stat(whole.sha256)).toBeUndefined();
      await store.finish(upload, whole, NOW);
      await store.finish(upload, whole, NOW);
      await verifyBlob(store, whole.sha256);
      expect(await store.usage()).toEqual({ blobs: 1, bytes: whole.bytes });
    });

    test("what is not what its digest says, or not whole, becomes no blob", async () => {
      const content = randomBytes(CHUNK_BYTES + 9);
      const sha256 = digestOf(content);
      const upload = randomUUID();
      const end = (bytes = content.byteLength) => store.finish(upload, { sha256, bytes }, NOW);
      await expect(end()).rejects.toThrow(UploadIncompleteError);
      await expect(store.write(upload, 1, content.subarray(0, 9), NOW)).rejects.toThrow(
        UploadIncompleteError,
      );
      await store.write(upload, 0, content.subarray(0, CHUNK_BYTES), NOW);
      await expect(end()).rejects.toThrow(UploadIncompleteError);
      await store.write(upload, 1, randomBytes(9), NOW);
      await expect(end(CHUNK_BYTES)).rejects.toThrow(UploadIncompleteError);
      await expect(end()).rejects.toThrow(DigestMismatchError);
      expect(await store.stat(sha256)).toBeUndefined();
      expect(await store.usage()).toEqual({ blobs: 0, bytes: 0 });
      await store.discard(upload);
      await expect(end()).rejects.toThrow(UploadIncompleteError);
    });

    test("stored again, a blob is there once, and as of the last time", async () => {
      const content = randomBytes(CHUNK_BYTES + 1);
      const sha256 = await put(store, content, NOW - 5_000);
      const [one, two] = [await store.read(sha256, 1), await put(store, content)];
      expect(two).toBe(sha256);
      expect(one?.bytes.byteLength).toBe(1);
      expect(await stat(sha256)).toMatchObject({ storedAt: NOW });
      expect(await store.usage()).toEqual({ blobs: 1, bytes: content.byteLength });
      await verifyBlob(store, sha256);
      // Nothing of either upload is left beside the blob.
      expect(await store.removeUploads(Date.now() + 60_000)).toBe(0);
      await verifyBlob(store, sha256);
    });

    test("the end of an upload that is sent twice at once", async () => {
      for (const isThere of [false, true]) {
        const content = randomBytes(CHUNK_BYTES + 9);
        const whole = { sha256: digestOf(content), bytes: content.byteLength };
        if (isThere) await put(store, content);
        const upload = randomUUID();
        await store.write(upload, 0, content.subarray(0, CHUNK_BYTES), NOW);
        await store.write(upload, 1, content.subarray(CHUNK_BYTES), NOW);
        const finish = () => store.finish(upload, whole, NOW);
        await Promise.all([finish(), finish(), put(store, content), finish()]);
        await finish();
        await verifyBlob(store, whole.sha256);
        expect(await store.removeUploads(Date.now() + 60_000)).toBe(0);
        await verifyBlob(store, whole.sha256);
      }
    });

    test("the same bytes at the same moment become one blob", async () => {
      const content = randomBytes(3_000);
      const all = await Promise.all([1, 2, 3, 4].map(() => put(store, content)));
      expect(new Set(all)).toEqual(new Set([digestOf(content)]));
      expect(await store.usage()).toEqual({ blobs: 1, bytes: 3_000 });
      await verifyBlob(store, digestOf(content));
    });

    test("a blob is removed as it was seen, and not once it was renewed", async () => {
      const sha256 = await put(store, randomBytes(CHUNK_BYTES + 1));
      const other = await put(store, randomBytes(10));
      const seen = await stat(sha256);
      await store.renew([sha256], NOW + 1_000);
      expect(await store.remove(seen, NOW)).toBe(false);
      await verifyBlob(store, sha256);
      expect(await store.remove(await stat(sha256), NOW)).toBe(true);
      expect(await store.remove(seen, NOW)).toBe(false);
      expect(await store.stat(sha256)).toBeUndefined();
      expect(await store.usage()).toEqual({ blobs: 1, bytes: 10 });
      await verifyBlob(store, other);
    });

    test("an unfinished upload goes by its age", async () => {
      const began = Date.now();
      const upload = randomUUID();
      await store.write(upload, 0, randomBytes(5), began);
      expect(await store.removeUploads(began - 60_000)).toBe(0);
      expect(await store.removeUploads(began + 60_000)).toBe(1);
      await expect(store.write(upload, 1, randomBytes(5), began)).rejects.toThrow(
        UploadIncompleteError,
      );
    });

    test("a failed copy leaves no upload", async () => {
      async function* broken() {
        yield randomBytes(CHUNK_BYTES);
        throw new Error("the source broke");
      }
      await expect(storeBlob(store, "0".repeat(64), broken(), NOW)).rejects.toThrow("broke");
      expect(await store.removeUploads(Date.now() + 60_000)).toBe(0);
    });
  });
}

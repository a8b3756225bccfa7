import { VegaError } from "@vega/contracts";
import type { BlobStore, BlobUsage } from "./blob-store.ts";

/** Limits of stored bytes; 0: no limit. */
export interface StorageLimits {
  /** Bytes of the disk that stay free. */
  readonly freeBytes: number;
  /** Bytes of all blobs. */
  readonly totalBytes: number;
}

/** How long free space and usage are taken as known, ms. */
const KNOWN_MS = 1_000;

/**
 * The same store, whose uploads reject with VegaError `insufficient_storage` before a limit would be exceeded. Uploads at
 * the same moment may exceed the total by what they have not finished.
 * @param clock milliseconds, monotonic
 */
export function guardStorage(
  store: BlobStore,
  limits: StorageLimits,
  clock: () => number,
): BlobStore {
  const usage = remembered(() => store.usage(), clock);
  const free = remembered(() => store.free(), clock);

  const refuseFull = async (more: number) => {
    const [used, left] = await Promise.all([
      limits.totalBytes > 0 ? usage() : undefined,
      limits.freeBytes > 0 ? free() : undefined,
    ]);
    refuseAboveTotal(used, more, limits.totalBytes);
    refuseLowDisk(left, more, limits.freeBytes);
  };

  return {
    ...store,
    async write(upload, index, bytes, now) {
      await refuseFull(bytes.byteLength);
      await store.write(upload, index, bytes, now).catch(diskFull);
    },
    async finish(upload, expected, now) {
      // Again: other uploads have finished since this one began.
      if (limits.totalBytes > 0 && !(await store.stat(expected.sha256)))
        refuseAboveTotal(await store.usage(), expected.bytes, limits.totalBytes);
      await store.finish(upload, expected, now).catch(diskFull);
    },
  };
}

function refuseAboveTotal(used: BlobUsage | undefined, more: number, limit: number): void {
  if (!used || used.bytes + more <= limit) return;
  throw new VegaError(
    "insufficient_storage",
    `stored files have ${used.bytes} bytes, their limit is ${limit}: delete files, or raise VEGA_BLOB_BYTES`,
  );
}

function refuseLowDisk(left: number | undefined, more: number, limit: number): void {
  if (left === undefined || left - more >= limit) return;
  throw new VegaError(
    "insufficient_storage",
    `the disk has ${left} bytes free, and ${limit} have to stay free: free space on it, or lower VEGA_DISK_FREE_BYTES`,
  );
}

function diskFull(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
  throw new VegaError("insufficient_storage", "the disk is full: free space on it", [], error);
}

/** The value of the last KNOWN_MS. */
function remembered<Value>(read: () => Promise<Value>, clock: () => number): () => Promise<Value> {
  let known: { at: number; value: Promise<Value> } | undefined;
  return () => {
    if (!known || clock() - known.at >= KNOWN_MS) {
      const value = read();
      known = { at: clock(), value };
      value.catch(() => (known = undefined));
    }
    return known.value;
  };
}

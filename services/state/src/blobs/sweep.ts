import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "@vega/service-kit";
import { startBackgroundTask } from "@vega/service-kit";
import type { BlobInfo, BlobStore } from "./blob-store.ts";

const HOUR_MS = 60 * 60 * 1_000;
/** Time from one sweep to the next. */
const PERIOD_MS = 6 * HOUR_MS;
/** How often is looked whether a sweep is due; the first is due with the first look. */
const LOOK_MS = 10 * 60 * 1_000;
/**
 * Age at which a blob that no document names is removed. Each sweep renews the blobs that are named, so those were
 * unnamed for 24 h at least.
 */
export const KEPT_MS = 24 * HOUR_MS + PERIOD_MS;
/** Age at which an unfinished upload is removed. */
const UPLOAD_MS = 24 * HOUR_MS;
/** Time in which the service that has stored a blob sends the command that names it. Thumbnails are made in between. */
export const NAMING_MS = 60_000;
const ERASE_BACKOFF = { minMs: 20_000, maxMs: 60_000 };
/** Longest wait for an erasure, ms: it reads all documents that name blobs. */
const FORGET_MS = 2_000;
const RENEWED_AT_ONCE = 1_000;

export interface Swept {
  readonly blobs: number;
  readonly bytes: number;
  readonly uploads: number;
}

export interface BlobSweep {
  /** Renews named blobs, removes unnamed ones and unfinished uploads that are old enough. */
  sweep(): Promise<Swept>;
  /**
   * Documents that named these blobs were erased: removes those that no document names. Those stored in the last NAMING_MS
   * are removed after that time, since another upload of the same bytes may be about to name them. Resolves after FORGET_MS
   * at the latest; the rest follows. Never rejects.
   */
  forget(sha256s: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param options.named digests that current documents name
 * @param options.now milliseconds since the epoch
 * @param options.hold whether a backup is being written: nothing is removed meanwhile
 * @param options.onRemoved counts
 */
export function keepSwept(options: {
  readonly blobs: BlobStore;
  readonly named: () => Promise<{ has(sha256: string): boolean }>;
  readonly now: () => number;
  readonly hold: () => boolean;
  readonly log: Pick<Logger, "info" | "warn">;
  readonly onRemoved?: (swept: Swept) => void;
}): BlobSweep {
  const { blobs, named, now, hold, log, onRemoved = () => undefined } = options;
  let sweptAt = -Infinity;
  /** Erased ones that are not removed yet. A restart leaves them to the sweep. */
  const erased = new Set<string>();

  /** @returns the bytes that were removed */
  const remove = async (seen: BlobInfo): Promise<Swept> => {
    const isRemoved = !hold() && (await blobs.remove(seen, now()));
    return { blobs: isRemoved ? 1 : 0, bytes: isRemoved ? seen.bytes : 0, uploads: 0 };
  };

  const sweep = async (): Promise<Swept> => {
    let total: Swept = { blobs: 0, bytes: 0, uploads: 0 };
    if (hold()) return total;
    const names = await named();
    const renewed: string[] = [];
    const renew = async () => blobs.renew(renewed.splice(0), now());
    for await (const blob of blobs.list()) {
      if (names.has(blob.sha256)) {
        if (renewed.push(blob.sha256) >= RENEWED_AT_ONCE) await renew();
      } else if (now() - blob.storedAt >= KEPT_MS) total = sum(total, await remove(blob));
    }
    await renew();
    const uploads = await blobs.removeUploads(now() - UPLOAD_MS);
    total = sum(total, { blobs: 0, bytes: 0, uploads });
    onRemoved(total);
    if (total.blobs > 0 || uploads > 0) log.info({ ...total }, "unreferenced files removed");
    sweptAt = now();
    return total;
  };

  const removeErased = async (): Promise<void> => {
    if (erased.size === 0) return;
    const names = await named();
    for (const sha256 of erased) {
      const seen = names.has(sha256) ? undefined : await blobs.stat(sha256);
      if (seen && (hold() || now() - seen.storedAt < NAMING_MS)) continue;
      if (seen) onRemoved(await remove(seen));
      erased.delete(sha256);
    }
  };

  const onEraseError = (error: unknown) =>
    log.warn({ err: error }, "files of an erased account not removed; retrying");

  const task = startBackgroundTask({
    name: "blob sweep",
    every: LOOK_MS,
    immediate: false,
    async run() {
      if (now() - sweptAt >= PERIOD_MS) await sweep();
    },
    onError: (error) => log.warn({ err: error }, "unreferenced files not removed; retrying"),
  });
  const erasing = startBackgroundTask({
    name: "erased blobs",
    immediate: false,
    backoff: ERASE_BACKOFF,
    async run() {
      await removeErased();
      return erased.size > 0 ? "retry" : undefined;
    },
    onError: onEraseError,
  });

  return {
    sweep,
    async forget(sha256s) {
      for (const sha256 of sha256s) erased.add(sha256);
      const removing = removeErased().catch(onEraseError);
      await Promise.race([removing, delay(FORGET_MS, undefined, { ref: false })]);
      if (erased.size > 0) erasing.trigger();
    },
    async stop() {
      await Promise.all([task.stop(), erasing.stop()]);
    },
  };
}

const sum = (one: Swept, other: Swept): Swept => ({
  blobs: one.blobs + other.blobs,
  bytes: one.bytes + other.bytes,
  uploads: one.uploads + other.uploads,
});

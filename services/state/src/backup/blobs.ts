import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createHash } from "node:crypto";
import { CHUNK_BYTES } from "@vega/contracts";
import type { BlobInfo, BlobStore } from "../blobs/blob-store.ts";
import { DigestMismatchError, UploadIncompleteError } from "../blobs/blob-store.ts";
import { openFileBlobs } from "../blobs/files/file-blobs.ts";
import { isWhole } from "../blobs/inspect.ts";
import { readBlob, storeBlob } from "../blobs/streams.ts";
import { InvalidBackupError } from "./format.ts";
import type { BlobLine } from "./format.ts";

/*
 * The blobs of backups. Backups of a schedule share a folder `blobs` beside them, so a blob is stored once; a backup in one
 * file has them as lines.
 */

/** Age at which a copy beside backups is read to its end once more. */
const VERIFIED_AGAIN_MS = 7 * 24 * 3_600_000;
/** Copies of this age that no backup names are removed: the backup that they were made for is not finished. */
const PENDING_MS = 24 * 3_600_000;

/** The blobs beside a backup. */
export const blobsBeside = (path: string): BlobStore => openFileBlobs(join(dirname(path), "blobs"));

/** Names of the blobs of a backup, one a line, beside it: retention needs no look into each file. */
export const namesPath = (backup: string): string => backup.replace(/\.vega$/, ".blobs");

export const writeNames = (backup: string, names: readonly string[]): Promise<void> =>
  writeFile(namesPath(backup), names.map((name) => `${name}\n`).join(""), { mode: 0o600 });

/** Undefined where they are missing. */
export async function readNames(backup: string): Promise<string[] | undefined> {
  try {
    return (await readFile(namesPath(backup), "utf8")).split("\n").filter((name) => name !== "");
  } catch {
    return undefined;
  }
}

const isDamaged = (error: unknown): boolean =>
  error instanceof DigestMismatchError || error instanceof UploadIncompleteError;

/**
 * Copies a blob beside the backups, where it is missing or damaged. A copy is read to its end when it is made, and again
 * after a week. @returns whether it is there now
 */
export async function copyBeside(
  from: BlobStore,
  to: BlobStore,
  { sha256, bytes }: BlobInfo,
  now: number,
): Promise<boolean> {
  const copy = await to.stat(sha256);
  const found = copy?.bytes === bytes ? copy : undefined;
  if (found && now - found.storedAt < VERIFIED_AGAIN_MS) return true;
  if (found && (await isWhole(to, sha256))) {
    await to.renew([sha256], now);
    return true;
  }
  try {
    await storeBlob(to, sha256, readBlob(from, sha256), now);
    return true;
  } catch (error) {
    if (isDamaged(error)) return false;
    throw error;
  }
}

/** The line of a blob, and its chunks where it goes into the file. A blob that can't be read whole has `bytes` null. */
export async function describeBlob(
  from: BlobStore,
  beside: BlobStore | undefined,
  sha256: string,
  now: number,
): Promise<BlobLine> {
  const found = (await from.stat(sha256)) ?? (await beside?.stat(sha256));
  const isThere =
    found !== undefined &&
    (beside ? await copyBeside(from, beside, found, now) : await isWhole(from, sha256));
  if (!isThere) return { sha256, bytes: null, chunks: 0 };
  return { sha256, bytes: found.bytes, chunks: beside ? 0 : Math.ceil(found.bytes / CHUNK_BYTES) };
}

/** Takes the blobs of a backup that is read. `chunks` undefined: they are beside it. */
export interface BlobSink {
  add(blob: BlobLine, chunks: AsyncIterable<Uint8Array> | undefined): Promise<void>;
}

/** Puts them into a store. Throws InvalidBackupError for one that is missing or damaged. */
export const restoringSink = (beside: BlobStore, target: BlobStore, now: number): BlobSink => ({
  async add({ sha256, bytes }, chunks) {
    if (bytes === null) return;
    await orInvalid(sha256, () =>
      storeBlob(target, sha256, chunks ?? readBlob(beside, sha256), now),
    );
  },
});

/** Only looks at them: digests of those in the file, sizes of those beside it, whose digests were verified by `copyBeside`. */
export const provingSink = (beside: BlobStore): BlobSink => ({
  async add({ sha256, bytes }, chunks) {
    if (bytes === null) return;
    if (!chunks) {
      const found = await beside.stat(sha256);
      if (found?.bytes !== bytes) throw missingBeside(sha256);
      return;
    }
    const digest = createHash("sha256");
    for await (const chunk of chunks) digest.update(chunk);
    if (digest.digest("hex") !== sha256) throw altered(sha256);
  },
});

const missingBeside = (sha256: string) =>
  new InvalidBackupError(
    `its file ${sha256} is missing: the folder "blobs" beside the backup belongs to it`,
  );
const altered = (sha256: string) => new InvalidBackupError(`its file ${sha256} was altered`);

async function orInvalid(sha256: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UploadIncompleteError) throw missingBeside(sha256);
    throw error instanceof DigestMismatchError ? altered(sha256) : error;
  }
}

/**
 * Removes blobs beside backups that none of them names.
 * @param kept digests that they name
 * @returns how many
 */
export async function pruneBeside(
  beside: BlobStore,
  kept: ReadonlySet<string>,
  now: number,
): Promise<number> {
  let removed = 0;
  for await (const blob of beside.list()) {
    if (kept.has(blob.sha256) || now - blob.storedAt < PENDING_MS) continue;
    if (await beside.remove(blob, now)) removed += 1;
  }
  await beside.removeUploads(now - PENDING_MS);
  return removed;
}

import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { blobPath } from "../blobs/files/folders.ts";
import { namesPath, readNames } from "./blobs.ts";
import type { Place } from "./bucket-config.ts";
import { urlOf } from "./bucket-config.ts";
import type { Bucket } from "./bucket.ts";
import { InvalidBackupError } from "./format.ts";

/*
 * Blobs of copies in a bucket: under `<log id>/blobs/<sha-256>`, once for all copies of a log. A copy's list of them is
 * there before its blobs, and those before the copy.
 */

/** Where copies of backups lie that were made on request. */
export const BY_HAND = "by-hand/";

/** Age of a list whose copy was given up. Another replica may be about to make the copy of a younger one. */
const PENDING_MS = 2 * 24 * 3_600_000;

/** Folder of the blobs of a copy. */
const blobsKey = (backupKey: string): string => {
  const folder = backupKey.replace(/[^/]*$/, "");
  return `${folder.endsWith(BY_HAND) ? folder.slice(0, -BY_HAND.length) : folder}blobs/`;
};

/**
 * Copies the blobs of a backup that are not there yet, and reads each back. Throws InvalidBackupError.
 * @param there keys in the bucket
 */
export async function copyBlobs(
  bucket: Bucket,
  file: string,
  own: Place,
  there: readonly string[],
): Promise<void> {
  const names = await readNames(file);
  if (!names || names.length === 0) return;
  await bucket.put(namesPath(file), { ...own, key: namesPath(own.key) });
  const known = new Set(there);
  for (const sha256 of names) {
    const place = { ...own, key: blobsKey(own.key) + sha256 };
    if (known.has(place.key)) continue;
    await bucket.put(blobPath(join(dirname(file), "blobs"), sha256), place);
    if ((await bucket.digest(place)) !== sha256)
      throw new InvalidBackupError(`${urlOf(place)}: what lies there is not what was sent`);
  }
}

/** Fetches the blobs of a copy beside the file that it was fetched to. Throws InvalidBackupError. */
export async function fetchBlobs(bucket: Bucket, place: Place, file: string): Promise<void> {
  const list = { ...place, key: namesPath(place.key) };
  if (list.key === place.key || !(await bucket.list(list)).includes(list.key)) return;
  for (const sha256 of namesIn(await bucket.text(list))) {
    const path = blobPath(join(dirname(file), "blobs"), sha256);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await bucket.get({ ...place, key: blobsKey(place.key) + sha256 }, path);
  }
}

/**
 * Removes lists without a copy, and blobs that no list names.
 * @param folder of the log
 * @param keys in the bucket, without copies that were removed
 */
export async function pruneBlobs(
  bucket: Bucket,
  folder: Place,
  keys: readonly string[],
  now: string,
): Promise<void> {
  const there = new Set(keys);
  const pending = new Date(Date.parse(now) - PENDING_MS).toISOString();
  const kept = new Set<string>();
  for (const key of keys.filter((one) => one.endsWith(".blobs"))) {
    const isAlone = !there.has(key.replace(/\.blobs$/, ".vega"));
    const isOld = key.slice(key.lastIndexOf("/") + 1) < pending;
    if (isAlone && isOld) await bucket.remove({ ...folder, key });
    else for (const name of namesIn(await bucket.text({ ...folder, key }))) kept.add(name);
  }
  const start = `${folder.key}blobs/`;
  for (const key of keys.filter((one) => one.startsWith(start))) {
    if (!kept.has(key.slice(start.length))) await bucket.remove({ ...folder, key });
  }
}

const namesIn = (list: string): string[] =>
  list.split("\n").filter((name) => /^[0-9a-f]{64}$/.test(name));

import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BucketConfig, Place } from "./bucket-config.ts";
import { urlOf } from "./bucket-config.ts";
import { fetchBlobs } from "./bucket-blobs.ts";
import type { Bucket } from "./bucket.ts";
import { digestOf, openBucket } from "./bucket.ts";
import type { Manifest } from "./format.ts";
import { InvalidBackupError } from "./format.ts";
import { withScratch } from "./scratch.ts";

/**
 * Has a proven backup made on this machine and puts it into a bucket, where it is read back and compared. Throws
 * InvalidBackupError, also where something lies there already.
 * @param make writes and proves it under a path
 */
export async function backupToBucket(
  config: BucketConfig,
  place: Place,
  make: (path: string) => Promise<Manifest>,
): Promise<Manifest> {
  return withFile(config, async (bucket, path) => {
    if ((await bucket.list(place)).includes(place.key)) {
      throw new InvalidBackupError(`${urlOf(place)} is there already; name another one`);
    }
    const manifest = await make(path);
    await bucket.put(path, place);
    if ((await bucket.digest(place)) !== (await digestOf(path))) {
      throw new InvalidBackupError(`${urlOf(place)}: what lies there is not what was sent`);
    }
    return manifest;
  });
}

/** Fetches a backup out of a bucket for a restore. Throws InvalidBackupError. */
export const restoreFromBucket = (
  config: BucketConfig,
  place: Place,
  restore: (path: string) => Promise<Manifest>,
): Promise<Manifest> =>
  withFile(config, async (bucket, path) => {
    await bucket.get(place, path);
    await fetchBlobs(bucket, place, path);
    return restore(path);
  });

async function withFile(
  config: BucketConfig,
  work: (bucket: Bucket, path: string) => Promise<Manifest>,
): Promise<Manifest> {
  // The file holds all documents, password hashes too: a killed process must not leave it.
  return withScratch(tmpdir(), "vega-bucket-", async (folder) => {
    await mkdir(folder, { mode: 0o700 });
    const bucket = await openBucket(config);
    try {
      return await work(bucket, join(folder, "backup.vega"));
    } finally {
      bucket.close();
    }
  });
}

import type { Backup } from "@vega/contracts";
import { basename } from "node:path";
import type { BackupsConfig } from "./backups.ts";
import { namesPath } from "./blobs.ts";
import { BY_HAND, copyBlobs, pruneBlobs } from "./bucket-blobs.ts";
import { digestOf, openBucket } from "./bucket.ts";
import { urlOf } from "./bucket-config.ts";
import { InvalidBackupError } from "./format.ts";
import type { BackupRetention } from "./retention.ts";
import { outlived } from "./retention.ts";

/** Names as state gives them: the moment, with what no file's name has in it exchanged. */
const NAME = /(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z\.vega$/;

/**
 * Copies a proven backup into a bucket, under the log's id, and reads it back: only what is the same byte for byte is a
 * copy. Older copies go as backups do. Throws InvalidBackupError.
 * @returns where it is, `s3://…`
 */
export async function copyTo(
  { place, config }: NonNullable<BackupsConfig["bucket"]>,
  logId: string,
  backup: Backup,
  keep: BackupRetention,
  now: string,
): Promise<string> {
  const folder = { ...place, key: `${place.key === "" ? "" : `${place.key}/`}${logId}/` };
  const by = backup.by_hand ? BY_HAND : "";
  const own = { ...place, key: folder.key + by + basename(backup.file) };
  const bucket = await openBucket(config);
  try {
    await copyBlobs(bucket, backup.file, own, await bucket.list(folder));
    await bucket.put(backup.file, own);
    if ((await bucket.digest(own)) !== (await digestOf(backup.file))) {
      throw new InvalidBackupError(`${urlOf(own)}: what lies there is not what was sent`);
    }
    const there = await bucket.list(folder);
    const copies = there.flatMap((key) => {
      const [, day, ...time] = NAME.exec(key) ?? [];
      const created_at = `${day}T${time.slice(0, 3).join(":")}.${time[3]}Z`;
      return day === undefined || key.startsWith(folder.key + BY_HAND) ? [] : [{ key, created_at }];
    });
    const removed = outlived(copies, keep, now).map(({ key }) => key);
    // With the lists of their blobs.
    const gone = new Set(removed.flatMap((key) => [key, namesPath(key)]));
    const left = there.filter((key) => !gone.has(key));
    for (const key of there.filter((one) => gone.has(one))) await bucket.remove({ ...place, key });
    await pruneBlobs(bucket, folder, left, now);
    return urlOf(own);
  } finally {
    bucket.close();
  }
}

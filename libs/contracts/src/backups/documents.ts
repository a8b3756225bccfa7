import { z } from "zod";

/** A backup that was verified by a restore into a scratch database. Times are ISO 8601. */
export const backupSchema = z.object({
  file: z.string(),
  created_at: z.iso.datetime(),
  verified_at: z.iso.datetime(),
  /** Sequence and hash of its last entry. */
  sequence: z.int(),
  hash: z.string(),
  entries: z.int(),
  documents: z.int(),
  /** Stored files that it has, in the folder `blobs` beside it, and those that were missing or damaged. */
  blobs: z.int().default(0),
  blob_bytes: z.int().default(0),
  missing_blobs: z.int().default(0),
  /** Size of the file. */
  bytes: z.int(),
  /** Address of its verified copy in a bucket, `s3://…`; absent: no copy. */
  copy: z.string().optional(),
  /** Made on request: it stays until its file is deleted. Retention removes others. */
  by_hand: z.boolean().default(false),
});

export type Backup = z.infer<typeof backupSchema>;

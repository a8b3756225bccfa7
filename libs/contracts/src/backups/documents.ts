import { z } from "zod";

/** A backup that was restored into a scratch database and found whole. Times are ISO 8601. */
export const backupSchema = z.object({
  file: z.string(),
  created_at: z.iso.datetime(),
  verified_at: z.iso.datetime(),
  /** Of the last entry in it, and that entry's hash. */
  sequence: z.int(),
  hash: z.string(),
  entries: z.int(),
  documents: z.int(),
  /** Of the file. */
  bytes: z.int(),
  /** Where its copy in a bucket is, read back and found the same: `s3://…`. Absent: there is none. */
  copy: z.string().optional(),
  /** Somebody asked for it: it stays until somebody removes its file. Others go by the retention. */
  by_hand: z.boolean().default(false),
});

export type Backup = z.infer<typeof backupSchema>;

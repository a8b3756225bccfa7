import { z } from "zod";
import { defineRequest } from "../define.ts";
import { sequenced } from "../sequenced.ts";

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

/**
 * Makes a backup on the machine of state. `made` is null where it takes longer than the caller waits: it goes on, and
 * the list shows it. `conflict`: one is being made.
 */
export const makeBackup = defineRequest({
  subject: "vega.state.backups.make",
  input: z.object({}),
  output: z.object({ ...sequenced, made: backupSchema.nullable() }),
  errors: ["conflict", "unavailable"],
  timeoutMs: 30_000,
});

/** Backups that state has made and kept, the newest first. */
export const listBackups = defineRequest({
  subject: "vega.state.backups.list",
  input: z.object({}),
  output: z.object({
    ...sequenced,
    backups: z.array(backupSchema),
    /** Why the last one could not be made; null where it could. */
    last_error: z.string().nullable(),
    running: z.boolean(),
  }),
  errors: [],
});

import { z } from "zod";
import { COLLECTION_NAMES } from "../store/collections.ts";
import type { DataFormat } from "../store/data-format.ts";
import { UNMARKED } from "../store/data-format.ts";
import type { Document, LogEntry } from "../store/store.ts";

/*
 * A backup is one gzip'ed file of JSON lines: what it is, every entry of the log, every document, and at last how many
 * there were and the SHA-256 of all lines before. So a file that was cut short or altered shows before anything is done
 * with it.
 */

/**
 * Format of the file. Versions without data formats know 1 alone and pass over the marks, so a backup that they must not
 * restore has 2.
 */
export const backupFormat = ({ min_reader }: DataFormat): 1 | 2 =>
  min_reader > UNMARKED.min_reader ? 2 : 1;
export const NEWEST_BACKUP_FORMAT = 2;

export const headSchema = z.object({
  vega_backup: z.int().min(1),
  written_by: z.int().min(1).default(UNMARKED.written_by),
  min_reader: z.int().min(1).default(UNMARKED.min_reader),
  log_id: z.string(),
  /** Of the last entry. */
  sequence: z.int().min(1),
  hash: z.string(),
  created_at: z.iso.datetime(),
});
export type BackupHead = z.infer<typeof headSchema>;

export const endSchema = z.object({
  end: z.object({
    entries: z.int(),
    documents: z.int(),
    /** SHA-256 of all lines before, hex. */
    digest: z.string(),
  }),
});
export type BackupEnd = z.infer<typeof endSchema>["end"];

/** The manifest of a backup. */
export interface Manifest extends BackupHead, BackupEnd {}

export const entryLineSchema = z.object({
  entry: z.looseObject({ sequence: z.int(), hash: z.string() }),
});
export const documentLineSchema = z.object({
  document: z.object({
    collection: z.enum(COLLECTION_NAMES),
    id: z.string(),
    body: z.record(z.string(), z.unknown()),
  }),
});

export type BackupLine =
  | { readonly kind: "entry"; readonly entry: LogEntry }
  | { readonly kind: "document"; readonly document: Document };

/** The file is not a complete backup. The message has the reason; nothing was changed. */
export class InvalidBackupError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "InvalidBackupError";
  }
}

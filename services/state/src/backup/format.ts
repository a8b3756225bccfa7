import { z } from "zod";
import { digestSchema } from "@vega/contracts";
import { COLLECTION_NAMES } from "../store/collections.ts";
import type { DataFormat } from "../store/data-format.ts";
import { UNMARKED } from "../store/data-format.ts";
import type { Document, LogEntry } from "../store/store.ts";

/*
 * A backup is one gzip'ed file of JSON lines: what it is, every document, the blobs that they name, every entry of the log,
 * and at last how many there were and the SHA-256 of all lines before. So a file that was cut short or altered shows before
 * anything is done with it. The bytes of blobs are lines after that of their blob, or files beside the backup.
 */

/**
 * Format of the file. Versions without data formats know 1 alone and pass over the marks, so a backup that they must not
 * restore has 2. One with blobs has 3.
 */
export const backupFormat = ({ min_reader }: DataFormat, hasBlobs: boolean): 1 | 2 | 3 =>
  hasBlobs ? 3 : min_reader > UNMARKED.min_reader ? 2 : 1;
export const NEWEST_BACKUP_FORMAT = 3;

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
    /** Absent in backups of older versions. */
    blobs: z.int().default(0),
    blob_bytes: z.int().default(0),
    /** Blobs that documents name and that could not be read whole. */
    missing_blobs: z.int().default(0),
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

const blobLineSchema = z.object({
  sha256: digestSchema,
  /** Null where it was missing or damaged. */
  bytes: z.int().min(1).nullable(),
  /** Lines with its bytes that follow; 0: it is beside the backup. */
  chunks: z.int().min(0),
});
export type BlobLine = z.infer<typeof blobLineSchema>;
export const blobOrChunkSchema = z.union([
  z.object({ blob: blobLineSchema }),
  z.object({ chunk: z.string() }),
]);

export type BackupLine =
  | { readonly kind: "blob"; readonly blob: BlobLine }
  | { readonly kind: "chunk"; readonly bytes: Uint8Array }
  | { readonly kind: "entry"; readonly entry: LogEntry }
  | { readonly kind: "document"; readonly document: Document };

/** The file is not a complete backup. The message has the reason; nothing was changed. */
export class InvalidBackupError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "InvalidBackupError";
  }
}

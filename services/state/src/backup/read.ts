import { createHash } from "node:crypto";
import { linesOfPacked } from "../store/lines.ts";
import { isTooNew, tooNewReason } from "../store/data-format.ts";
import type { BackupEnd, BackupHead, BackupLine, Manifest } from "./format.ts";
import {
  InvalidBackupError,
  blobOrChunkSchema,
  documentLineSchema,
  endSchema,
  entryLineSchema,
  headSchema,
  NEWEST_BACKUP_FORMAT,
} from "./format.ts";
import type { Document, LogEntry } from "../store/store.ts";

/**
 * Reads a backup line by line. The manifest comes only at the end: what was read before it counts only then.
 * Throws InvalidBackupError for what is no backup, is cut short, was altered, or needs a newer version.
 */
export async function* readBackup(path: string): AsyncGenerator<BackupLine, Manifest> {
  const digest = createHash("sha256");
  const counts = { entries: 0, documents: 0, blobs: 0 };
  let sequence = 0;
  let head: BackupHead | undefined;
  let end: BackupEnd | undefined;
  try {
    for await (const text of linesOfPacked(path)) {
      if (end) throw new InvalidBackupError("there is more after its end");
      const value = parse(text);
      if (!head) head = readHead(value);
      else {
        const ended = endSchema.safeParse(value);
        if (ended.success) {
          ({ end } = ended.data);
          continue;
        }
        const line = readLine(value, sequence);
        if (line.kind === "entry") {
          counts.entries += 1;
          ({ sequence } = line.entry);
        } else if (line.kind === "document") counts.documents += 1;
        else if (line.kind === "blob") counts.blobs += 1;
        yield line;
      }
      digest.update(`${text}\n`);
    }
  } catch (error) {
    throw error instanceof InvalidBackupError ? error : refusedFor(error);
  }
  if (!head) throw new InvalidBackupError("it is empty");
  if (!end) throw new InvalidBackupError("it is cut short: its end is missing");
  const found = digest.digest("hex");
  if (found !== end.digest)
    throw new InvalidBackupError("it was altered: its lines are not those it says");
  const isComplete =
    counts.entries === end.entries &&
    counts.documents === end.documents &&
    counts.blobs === end.blobs;
  if (!isComplete) {
    throw new InvalidBackupError("it was altered: it holds another number of lines than it says");
  }
  return { ...head, ...end };
}

/** The same, for who wants only to know whether it is whole. */
export async function readManifest(path: string): Promise<Manifest> {
  const lines = readBackup(path);
  for (;;) {
    const { done, value } = await lines.next();
    if (done) return value;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidBackupError("a line of it is no JSON: it was cut short or altered", cause);
  }
}

function readHead(value: unknown): BackupHead {
  const head = headSchema.safeParse(value);
  if (!head.success) throw new InvalidBackupError("it is no backup of VEGA", head.error);
  const { vega_backup: format, ...marks } = head.data;
  if (format > NEWEST_BACKUP_FORMAT) {
    throw new InvalidBackupError(
      `it has backup format ${format}; this version of VEGA knows ${NEWEST_BACKUP_FORMAT}`,
    );
  }
  if (!isTooNew(marks)) return head.data;
  throw new InvalidBackupError(
    `it ${tooNewReason(marks)}; restore it with the newer version: docs/how-to/upgrading.md`,
  );
}

/** @param before the sequence of the entry before; the verification of the log checks gaps. */
function readLine(value: unknown, before: number): BackupLine {
  const entry = entryLineSchema.safeParse(value);
  if (entry.success) {
    if (entry.data.entry.sequence <= before) {
      throw new InvalidBackupError(`entry ${before + 1} of the log is not in its place`);
    }
    return { kind: "entry", entry: (value as { entry: LogEntry }).entry };
  }
  const checked = documentLineSchema.safeParse(value);
  if (checked.success) {
    const { collection, id, body } = (value as { document: Document }).document;
    return { kind: "document", document: { collection, id, body } };
  }
  const blob = blobOrChunkSchema.safeParse(value).data;
  if (blob && "blob" in blob) return { kind: "blob", blob: blob.blob };
  if (blob) return { kind: "chunk", bytes: Buffer.from(blob.chunk, "base64") };
  throw new InvalidBackupError(
    "a line of it is neither an entry, a document nor a file",
    checked.error,
  );
}

function refusedFor(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return new InvalidBackupError("there is no such file", error);
  if (code === "EISDIR") return new InvalidBackupError("it is a folder", error);
  // zlib's errors for a file that is not gzip, or is truncated.
  if (code?.startsWith("Z_"))
    return new InvalidBackupError(`it can't be unpacked (${message})`, error);
  return error;
}

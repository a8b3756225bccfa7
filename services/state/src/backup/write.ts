import { blobsOf, thinnedSchema } from "@vega/contracts";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { BlobStore } from "../blobs/blob-store.ts";
import { readBlob } from "../blobs/streams.ts";
import type { Store } from "../store/store.ts";
import { describeBlob } from "./blobs.ts";
import type { Manifest } from "./format.ts";
import { backupFormat, InvalidBackupError } from "./format.ts";

/** Entries that are read at once. */
const PAGE = 500;

export interface Written {
  readonly manifest: Manifest;
  /** Digests of its blobs, without those that are missing. */
  readonly blobs: readonly string[];
}

/** How far a backup has come: entries of the log and documents that were written, and the log's sequence, of the last. */
export interface Progress {
  readonly entries: number;
  readonly documents: number;
  readonly at: number;
  readonly of: number;
}

/** Blobs of a backup. */
export interface BackupBlobs {
  readonly from: BlobStore;
  /** Where copies go; undefined: into the file. */
  readonly beside: BlobStore | undefined;
}

/**
 * Writes all of a store as of one sequence into a new file, for its owner alone, while others go on writing.
 * @param createdAt ISO 8601
 * @returns what the file holds. Rejects where the file is there already.
 */
export async function writeBackup(
  store: Store,
  path: string,
  createdAt: string,
  { from, beside }: BackupBlobs,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Written> {
  const { head, format, documents } = await store.snapshot();
  const digest = createHash("sha256");
  const counts = { entries: 0, documents: 0, blobs: 0, blob_bytes: 0, missing_blobs: 0 };
  const named = new Set<string>();
  const present: string[] = [];
  const hasBlobs = (await from.usage()).blobs > 0;
  /** Where entries are missing, as of the documents. */
  const gaps = new Set<number>();
  const { sequence, hash, logId: log_id } = head;
  const vega_backup = backupFormat(format, hasBlobs);
  const first = { vega_backup, ...format, log_id, sequence, hash, created_at: createdAt };
  let end = { ...counts, digest: "" };

  async function* lines(): AsyncGenerator<string> {
    const line = (value: object): string => {
      const text = `${JSON.stringify(value)}\n`;
      digest.update(text);
      return text;
    };
    yield line(first);
    // The documents first: the view of them is kept open for no longer than it takes to read them.
    for await (const document of documents) {
      const { collection, id, body } = document;
      counts.documents += 1;
      if (collection === "log_gaps") {
        for (const gap of thinnedSchema.parse(body).gaps) gaps.add(gap.from);
      }
      for (const sha256 of blobsOf(collection, body)) named.add(sha256);
      yield line({ document: { collection, id, body } });
    }
    for (const sha256 of [...named].toSorted()) {
      const blob = await describeBlob(from, beside, sha256, Date.parse(createdAt));
      counts.blobs += 1;
      counts.blob_bytes += blob.bytes ?? 0;
      counts.missing_blobs += blob.bytes === null ? 1 : 0;
      if (blob.bytes !== null) present.push(sha256);
      yield line({ blob });
      if (blob.chunks === 0) continue;
      for await (const bytes of readBlob(from, sha256))
        yield line({ chunk: Buffer.from(bytes).toString("base64") });
    }
    for (let at = 0; at < sequence;) {
      const page = await store.readLog({ after: at, limit: Math.min(PAGE, sequence - at) });
      if (page.length === 0) throw new Error(`entry ${at + 1} of the log is missing`);
      for (const entry of page) {
        if (entry.sequence > at + 1 && !gaps.has(at + 1)) {
          throw new InvalidBackupError("the log was compacted in the meantime; try again");
        }
        at = entry.sequence;
        // In a compacted range a page covers more sequences than it has entries.
        if (at > sequence) break;
        yield line({ entry });
        counts.entries += 1;
      }
      onProgress({ ...counts, at: Math.min(at, sequence), of: sequence });
    }
    end = { ...counts, digest: digest.digest("hex") };
    yield `${JSON.stringify({ end })}\n`;
  }

  // Never over a file that is there: it may be the only good one.
  const file = createWriteStream(path, { mode: 0o600, flags: "wx" });
  await pipeline(Readable.from(lines()), createGzip(), file);
  const written = await open(path);
  try {
    await written.sync();
  } finally {
    await written.close();
  }
  return { manifest: { ...first, ...end }, blobs: present };
}

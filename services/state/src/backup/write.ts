import { thinnedSchema } from "@vega/contracts";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Store } from "../store/store.ts";
import type { Manifest } from "./format.ts";
import { backupFormat, InvalidBackupError } from "./format.ts";

/** Entries that are read at once. */
const PAGE = 500;

/** How far a backup has come: entries of the log and documents that were written, and the log's sequence, of the last. */
export interface Progress {
  readonly entries: number;
  readonly documents: number;
  readonly at: number;
  readonly of: number;
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
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Manifest> {
  const { head, format, documents } = await store.snapshot();
  const digest = createHash("sha256");
  const counts = { entries: 0, documents: 0 };
  /** Where entries are missing, as of the documents. */
  const gaps = new Set<number>();
  const { sequence, hash, logId: log_id } = head;
  const vega_backup = backupFormat(format);
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
        for (const { from } of thinnedSchema.parse(body).gaps) gaps.add(from);
      }
      yield line({ document: { collection, id, body } });
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
  return { ...first, ...end };
}

import type { DatabaseSync } from "node:sqlite";
import { BUSY_TIMEOUT } from "./connection.ts";

/** https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
/** A file up to this is rewritten in about two seconds, for which writes wait. */
const MAX_REWRITTEN_BYTES = 256 * 1024 * 1024;

/**
 * Deleted content is overwritten, but where SQLite splits a page a copy may be left in the gap: only rewriting the whole
 * file is sure to take it out. The write-ahead log can't be emptied while it has readers.
 */
export function scrubFiles(
  db: DatabaseSync,
  rewritten: boolean,
): "done" | "large" | "busy" | "busy-after-rewriting" {
  const pragma = (name: string) => Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
  const large = pragma("page_count") * pragma("page_size") > MAX_REWRITTEN_BYTES;
  // Writes must not wait for readers.
  db.exec("PRAGMA busy_timeout = 0");
  try {
    if (!large && !rewritten) db.exec("VACUUM");
    const checkpoint = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
    if (checkpoint?.["busy"] !== 0) return "busy-after-rewriting";
    return large ? "large" : "done";
  } catch (error) {
    if (((error as { errcode?: number }).errcode ?? 0) % 256 !== SQLITE_BUSY) throw error;
    return "busy";
  } finally {
    db.exec(BUSY_TIMEOUT);
  }
}

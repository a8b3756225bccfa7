import type { DocumentRow, Unindexed } from "./protocol.ts";
import type { Prepare } from "./search.ts";
import { writeIndex } from "./search.ts";

/** Documents, and bytes of them, that are indexed in one transaction: writes wait for it. */
const BATCH = 50;
const BATCH_BYTES = 2 * 1024 * 1024;
/** Pages that one step of a merge writes, some milliseconds' worth: writes wait for it. */
const MERGED_PAGES = 64;

export function indexVersion(prepare: Prepare, name: string): number {
  const row = prepare(
    "SELECT version FROM search_index WHERE collection = ? AND up_to IS NULL",
  ).get(name);
  return Number(row?.["version"] ?? 0);
}

/** See `SqliteWorker.unindexed`. */
export function readUnindexed(prepare: Prepare, name: string, version: number): Unindexed | null {
  const mark = prepare("SELECT version, up_to FROM search_index WHERE collection = ?").get(name);
  const has = Number(mark?.["version"] ?? 0);
  const isBegun = has === version;
  if (has > version || (isBegun && mark?.["up_to"] === null)) return null;
  const rows: { id: string; body: string }[] = [];
  let bytes = 0;
  const after = isBegun ? String(mark?.["up_to"]) : "";
  const all = prepare(`SELECT id, body FROM ${name} WHERE id > ? ORDER BY id`).iterate(after);
  for (const row of all) {
    const document = { id: String(row["id"]), body: String(row["body"]) };
    rows.push(document);
    bytes += document.body.length;
    if (rows.length === BATCH || bytes > BATCH_BYTES) return { rows, upTo: document.id };
  }
  return { rows, upTo: null };
}

/** See `SqliteWorker.indexDocuments`. */
export function indexUnindexed(
  prepare: Prepare,
  name: string,
  version: number,
  rows: readonly (DocumentRow & { readonly body: string })[],
  upTo: string | null,
): void {
  const current = prepare(`SELECT body FROM ${name} WHERE id = ?`);
  for (const { id, body, index } of rows) {
    // Its commit has indexed what was written since.
    if (current.get(id)?.["body"] === body) writeIndex(prepare, name, id, index);
  }
  const record = prepare("UPDATE search_index SET version = ?, up_to = ? WHERE collection = ?");
  record.run(version, upTo, name);
}

/**
 * One step towards an index without the words of deleted documents: FTS5 marks them as deleted until its segments are
 * merged. A transaction of its own. @returns whether there is nothing left to do
 */
export function purgeIndexes(prepare: Prepare): boolean {
  const state = prepare("SELECT collection, deleted FROM search_index WHERE deleted > 0").get();
  if (!state) return true;
  const name = String(state["collection"]);
  const merge = prepare(`INSERT INTO ${name}_search (${name}_search, rank) VALUES ('merge', ?)`);
  if (state["deleted"] === 1) {
    // What is deleted from here on sets it to 1 again.
    prepare("UPDATE search_index SET deleted = 2 WHERE collection = ?").run(name);
    // Negative: all segments into one.
    merge.run(-MERGED_PAGES);
    return false;
  }
  const changes = prepare("SELECT total_changes() AS count");
  const before = Number(changes.get()?.["count"]);
  merge.run(MERGED_PAGES);
  // https://www.sqlite.org/fts5.html#the_merge_command: less than two changes mean that nothing was merged.
  if (Number(changes.get()?.["count"]) - before >= 2) return false;
  prepare("UPDATE search_index SET deleted = 0 WHERE collection = ? AND deleted = 2").run(name);
  return false;
}

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SearchStep } from "../search/query-plan.ts";
import { INDEX_VERSION } from "../search/version.ts";
import type { DocumentRow, FoundRow, IndexRow, Unindexed } from "./protocol.ts";
import type { Tables } from "./tables.ts";

/*
 * The index of terms of a searched collection. `<name>_terms` has a row for each document; its integer key, the place,
 * orders documents by time: milliseconds, and in the low bits a number within the millisecond. FTS5 keeps the lists of
 * places by term. It gives them in descending order, the newest first, without sorting, and reads no documents.
 */

/** Bits of a place within one millisecond. */
const PLACE_BITS = 20n;

/** Documents, and bytes of them, that are indexed in one transaction: writes wait for it. */
const BATCH = 100;
const BATCH_BYTES = 2 * 1024 * 1024;

/** Other characters of ASCII are written as `_` and two hex digits; capitals among them, which FTS5 would fold. */
const TOKEN_PUNCTUATION = "-_.:/@+=";
const ESCAPED = /[^a-z0-9\-.:/@+=\u0080-\u{10FFFF}]/gu;

/** A key as one token of FTS5. */
export const toToken = (key: string): string =>
  key.replaceAll(ESCAPED, (one) => `_${one.charCodeAt(0).toString(16).padStart(2, "0")}`);

export const INDEX_VERSIONS = `CREATE TABLE IF NOT EXISTS search_index (
  collection TEXT PRIMARY KEY, version INTEGER NOT NULL, up_to TEXT) STRICT;`;

/** The second and third character of a token are the first two of a term: common beginnings have lists of their own. */
export const searchSchema = (name: string): string => `
  CREATE TABLE IF NOT EXISTS ${name}_terms (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, terms TEXT NOT NULL) STRICT;
  CREATE VIRTUAL TABLE IF NOT EXISTS ${name}_search USING fts5 (terms, content = '${name}_terms', content_rowid = 'place',
    tokenize = "ascii tokenchars '${TOKEN_PUNCTUATION}'", detail = none, columnsize = 0, prefix = '2 3');`;

/**
 * Completes what the schema has made. Deleted terms leave the index at once instead of being marked as deleted, so that
 * erased words are gone from the file.
 * @param isEmpty whether the database is: then the index of each collection is complete
 */
export function setUpSearch(db: DatabaseSync, { all }: Tables, isEmpty: boolean): void {
  for (const { name } of all.filter(({ searched }) => searched)) {
    const found = db.prepare(`SELECT v FROM ${name}_search_config WHERE k = 'secure-delete'`).get();
    if (!found) {
      db.exec(`INSERT INTO ${name}_search (${name}_search, rank) VALUES ('secure-delete', 1)`);
    }
    if (isEmpty) recordIndex((sql) => db.prepare(sql), name, INDEX_VERSION, null);
  }
}

type Prepare = (sql: string) => StatementSync;

/** Brings the index of a document up to date. Part of the transaction that writes the document. */
export function writeIndex(
  prepare: Prepare,
  name: string,
  id: string,
  index: IndexRow | null,
): void {
  const before = prepare(
    `SELECT place >> ${PLACE_BITS} AS newest, terms FROM ${name}_terms WHERE id = ?`,
  ).get(id);
  if (before) {
    if (before["terms"] === index?.terms && before["newest"] === index?.newest) return;
    prepare(
      `INSERT INTO ${name}_search (${name}_search, rowid, terms)
         SELECT 'delete', place, terms FROM ${name}_terms WHERE id = ?`,
    ).run(id);
    prepare(`DELETE FROM ${name}_terms WHERE id = ?`).run(id);
  }
  if (!index) return;
  const [first, beyond] = placesOf(index.newest);
  prepare(
    `INSERT INTO ${name}_terms (place, id, terms) VALUES (
       (SELECT coalesce(max(place) + 1, ?1) FROM ${name}_terms WHERE place >= ?1 AND place < ?2), ?3, ?4)`,
  ).run(first, beyond, id, index.terms);
  prepare(
    `INSERT INTO ${name}_search (rowid, terms) SELECT place, terms FROM ${name}_terms WHERE id = ?`,
  ).run(id);
}

/** The places of a millisecond: from the first one up to, but not including, the second. */
const placesOf = (newest: number): readonly [bigint, bigint] => [
  BigInt(newest) << PLACE_BITS,
  BigInt(newest + 1) << PLACE_BITS,
];

/** Up to `limit` results of all steps in order, and whether there are more. */
export function searchIndex(
  prepare: Prepare,
  name: string,
  steps: readonly SearchStep[],
  limit: number,
): { found: FoundRow[]; more: boolean } {
  const found: FoundRow[] = [];
  const body = prepare(`SELECT body FROM ${name} WHERE id = ?`);
  for (const step of steps) {
    for (const { newest, id } of matches(prepare, name, step)) {
      if (found.length === limit) return { found, more: true };
      found.push({ weight: step.weight, newest, id, body: String(body.get(id)?.["body"]) });
    }
  }
  return { found, more: false };
}

interface Match {
  readonly newest: number;
  readonly id: string;
}

/** What a step matches, in order. Within a millisecond places are in the order of writing, so these are sorted by id. */
function* matches(prepare: Prepare, name: string, step: SearchStep): Generator<Match> {
  const { after } = step;
  let group: Match[] = [];
  for (const match of rowsOf(prepare, name, step)) {
    if (after && match.newest === after.newest && byId(match, after) <= 0) continue;
    if (group[0] && group[0].newest !== match.newest) {
      yield* group.toSorted(byId);
      group = [];
    }
    group.push(match);
  }
  yield* group.toSorted(byId);
}

/** By code point, as SQLite and MongoDB compare. */
const byId = (one: { readonly id: string }, other: { readonly id: string }): number =>
  Buffer.compare(Buffer.from(one.id), Buffer.from(other.id));

function* rowsOf(prepare: Prepare, name: string, step: SearchStep): Generator<Match> {
  const query = matchOf(step);
  const below = step.after ? placesOf(step.after.newest)[1] : MAX_PLACE;
  const columns = `SELECT place >> ${PLACE_BITS} AS newest, id FROM`;
  const rows =
    query === ""
      ? prepare(`${columns} ${name}_terms WHERE place < ? ORDER BY place DESC`).iterate(below)
      : prepare(
          `${columns} ${name}_search CROSS JOIN ${name}_terms ON place = ${name}_search.rowid
             WHERE ${name}_search MATCH ? AND ${name}_search.rowid < ? ORDER BY ${name}_search.rowid DESC`,
        ).iterate(query, below);
  for (const row of rows) yield { newest: Number(row["newest"]), id: String(row["id"]) };
}

const MAX_PLACE = 2n ** 63n - 1n;

const beginsWith = (keys: readonly string[]) => keys.map((key) => `"${toToken(key)}" *`);

/** The query of FTS5: keys have no quotation marks. */
function matchOf({ all, notAll, values }: SearchStep): string {
  const oneOf = values.map((keys) => `(${keys.map((key) => `"${toToken(key)}"`).join(" OR ")})`);
  const has = [...oneOf, ...beginsWith(all)].join(" AND ");
  return notAll.length === 0 ? has : `(${has}) NOT (${beginsWith(notAll).join(" AND ")})`;
}

export function indexVersion(prepare: Prepare, name: string): number {
  const row = prepare(
    "SELECT version FROM search_index WHERE collection = ? AND up_to IS NULL",
  ).get(name);
  return Number(row?.["version"] ?? 0);
}

function recordIndex(prepare: Prepare, name: string, version: number, upTo: string | null): void {
  prepare(
    `INSERT INTO search_index (collection, version, up_to) VALUES (?, ?, ?)
       ON CONFLICT (collection) DO UPDATE SET version = excluded.version, up_to = excluded.up_to`,
  ).run(name, version, upTo);
}

/** See `SqliteWorker.unindexed`. */
export function readUnindexed(prepare: Prepare, name: string, version: number): Unindexed | null {
  const mark = prepare("SELECT version, up_to FROM search_index WHERE collection = ?").get(name);
  const has = Number(mark?.["version"] ?? 0);
  const isBegun = mark !== undefined && has === version;
  if (has > version || (isBegun && mark["up_to"] === null)) return null;
  const rows: { id: string; body: string }[] = [];
  let bytes = 0;
  const after = isBegun ? String(mark["up_to"]) : "";
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
  recordIndex(prepare, name, version, upTo);
}

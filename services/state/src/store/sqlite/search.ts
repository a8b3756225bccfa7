import type { StatementSync } from "node:sqlite";
import { INDEX_VERSION } from "../search/version.ts";
import type { IndexRow } from "./protocol.ts";
import type { Tables } from "./tables.ts";

/*
 * The index of terms of a searched collection. `<name>_terms` has a row for each document; its integer key, the place,
 * orders documents by time: milliseconds, and in the low bits a number within the millisecond. FTS5 keeps the lists of
 * places by term. It gives them in descending order, the newest first, without sorting, and reads no documents.
 */

/** Bits of a place within one millisecond. */
export const PLACE_BITS = 20n;

/** Other characters of ASCII are written as `_` and two hex digits; capitals among them, which FTS5 would fold. */
const TOKEN_PUNCTUATION = "-_.:/@+=";
const ESCAPED = /[^a-z0-9\-.:/@+=\u0080-\u{10FFFF}]/gu;

/** A key as one token of FTS5. */
export const toToken = (key: string): string =>
  key.replaceAll(ESCAPED, (one) => `_${one.charCodeAt(0).toString(16).padStart(2, "0")}`);

/**
 * How far each index goes: all documents, or those up to an id; and whether it holds words of deleted documents: 1, or 2
 * while they are being merged away.
 */
export const INDEX_STATES = `CREATE TABLE IF NOT EXISTS search_index (
  collection TEXT PRIMARY KEY, version INTEGER NOT NULL, up_to TEXT, deleted INTEGER NOT NULL DEFAULT 0) STRICT;`;

/** The second and third character of a token are the first two of a term: common beginnings have lists of their own. */
export const searchSchema = (name: string): string => `
  CREATE TABLE IF NOT EXISTS ${name}_terms (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, terms TEXT NOT NULL) STRICT;
  CREATE VIRTUAL TABLE IF NOT EXISTS ${name}_search USING fts5 (terms, content = '${name}_terms', content_rowid = 'place',
    tokenize = "ascii tokenchars '${TOKEN_PUNCTUATION}'", detail = none, columnsize = 0, prefix = '2 3');`;

/** Completes what the schema has made. @param isEmpty whether the database is: then each index is complete */
export function setUpSearch(prepare: Prepare, { all }: Tables, isEmpty: boolean): void {
  const sql = "INSERT OR IGNORE INTO search_index (collection, version) VALUES (?, ?)";
  for (const { name, searched } of all) {
    if (searched) prepare(sql).run(name, isEmpty ? INDEX_VERSION : 0);
  }
}

export type Prepare = (sql: string) => StatementSync;

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
    prepare("UPDATE search_index SET deleted = 1 WHERE collection = ? AND deleted <> 1").run(name);
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
export const placesOf = (newest: number): readonly [bigint, bigint] => [
  BigInt(newest) << PLACE_BITS,
  BigInt(newest + 1) << PLACE_BITS,
];

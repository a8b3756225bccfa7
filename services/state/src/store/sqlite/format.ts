import type { DatabaseSync } from "node:sqlite";
import type { DataFormat } from "../data-format.ts";
import { raised, UNMARKED } from "../data-format.ts";

/*
 * `min_reader` is `PRAGMA user_version`: versions without data formats have 1 there, and refuse a file with more.
 * `written_by` is a row of its own, which they leave alone.
 */

type Prepare = DatabaseSync["prepare"];

export const FORMAT_TABLE =
  "CREATE TABLE IF NOT EXISTS data_format (id INTEGER PRIMARY KEY CHECK (id = 1), written_by INTEGER NOT NULL) STRICT;";

/** @param prepare of a database, which may be of an older version or have no tables yet */
export function readFormat(prepare: Prepare): DataFormat {
  const number = (sql: string, column: string) => Number(prepare(sql).get()?.[column] ?? 0);
  const minReader = number("PRAGMA user_version", "user_version");
  const hasTable = "SELECT count(*) AS has FROM sqlite_schema WHERE name = 'data_format'";
  const writtenBy =
    number(hasTable, "has") === 0 ? 0 : number("SELECT written_by FROM data_format", "written_by");
  return raised({ written_by: writtenBy, min_reader: minReader }, UNMARKED);
}

/** Within the transaction of a commit, so that data are never newer than their marks. */
export function writeFormat(db: DatabaseSync, { written_by, min_reader }: DataFormat): void {
  db.prepare(
    `INSERT INTO data_format (id, written_by) VALUES (1, ?)
       ON CONFLICT (id) DO UPDATE SET written_by = excluded.written_by`,
  ).run(written_by);
  db.exec(`PRAGMA user_version = ${Math.trunc(min_reader)}`);
}

import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { FORMAT_TABLE } from "./format.ts";
import { LOG_INDEXES } from "./log-query.ts";
import { INDEX_STATES, searchSchema } from "./search.ts";
import type { OpenMode } from "./protocol.ts";
import type { Tables } from "./tables.ts";

export const BUSY_TIMEOUT = "PRAGMA busy_timeout = 500";

const DOCUMENTS = "(id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT";

/** Everything that a database has; may be made again over one that is there. */
export function schema(tables: Tables): string {
  const documents = tables.all.map(({ name, indexed, searched }) => {
    const indexes = indexed.map(
      (field) =>
        `CREATE INDEX IF NOT EXISTS ${name}_${field}
           ON ${name} (json_extract(body, '$.${field}'))
           WHERE json_extract(body, '$.${field}') IS NOT NULL;`,
    );
    return `CREATE TABLE IF NOT EXISTS ${name} ${DOCUMENTS};
      ${indexes.join("\n")}
      ${searched ? searchSchema(name) : ""}`;
  });
  return `
    CREATE TABLE IF NOT EXISTS log (
      sequence INTEGER PRIMARY KEY,
      type TEXT NOT NULL, subject TEXT NOT NULL, time TEXT NOT NULL, hash TEXT NOT NULL,
      entry TEXT NOT NULL
    ) STRICT;
    ${LOG_INDEXES}
    -- Has a row while traces of what was erased may be in the files.
    CREATE TABLE IF NOT EXISTS scrub (id INTEGER PRIMARY KEY CHECK (id = 1)) STRICT;
    CREATE TABLE IF NOT EXISTS relay (id INTEGER PRIMARY KEY CHECK (id = 1), relayed INTEGER NOT NULL) STRICT;
    ${FORMAT_TABLE}
    ${INDEX_STATES}
    ${documents.join("\n")}`;
}

export function connect(path: string, mode: OpenMode, tables: Tables): DatabaseSync {
  const readOnly = mode !== "write";
  const location = mode === "inspect" ? urlToInspect(path) : path;
  const database = new DatabaseSync(location, { readOnly });
  // A short timeout while another process holds the file: callers get an error and retry.
  database.exec(BUSY_TIMEOUT);
  if (readOnly) {
    standInForTables(database, tables);
    return database;
  }
  // WAL with FULL: a commit is on disk when it returns, and readers never wait.
  // What is deleted is overwritten with zeros: erased means gone from the file, too.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
  // KiB with a minus. The indexes' upper pages stay at hand: each commit and each look back needs them.
  database.exec("PRAGMA cache_size = -32768");
  return database;
}

/**
 * Opening a closed database leaves files beside it, even for reads only. So a cleanly closed one, which has no
 * write-ahead log, is opened as immutable.
 */
export function urlToInspect(path: string): URL {
  const url = pathToFileURL(path);
  if (!existsSync(`${path}-wal`)) url.searchParams.set("immutable", "1");
  return url;
}

/**
 * A file from before a collection was declared gets its table when it is opened to write, and it is looked at before
 * that. An empty table of this connection alone stands in: a file that is only read stays as it is.
 */
function standInForTables(database: DatabaseSync, tables: Tables): void {
  if (isFresh(database)) return;
  const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const there = new Set(rows.map(({ name }) => String(name)));
  const missing = tables.all.filter(({ name }) => !there.has(name));
  if (missing.length === 0) return;
  const standIns = missing.map(({ name }) => `CREATE TEMP TABLE ${name} ${DOCUMENTS};`);
  database.exec(`PRAGMA temp_store = MEMORY; ${standIns.join(" ")}`);
}

/** A file whose maker was killed before the tables were there. */
export const isFresh = (source: DatabaseSync) =>
  Number(source.prepare("PRAGMA user_version").get()?.["user_version"]) === 0;

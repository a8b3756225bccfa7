import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, StatementSync } from "node:sqlite";
import { eraseContent, eraseOrigin } from "../erase.ts";
import type { LogEntry } from "../store.ts";
import { LOG_INDEXES, queryLog } from "./log-query.ts";
import type { DocumentRow, HeadRow, SqliteWorker } from "./protocol.ts";
import { COLLECTION_NAMES, COLLECTIONS } from "../collections.ts";
import { FORMAT } from "./protocol.ts";

/** Faults of pages that are told one by one; one bad spot often shows as dozens. */
const NAMED_FAULTS = 3;

const BUSY_TIMEOUT = "PRAGMA busy_timeout = 500";
/** https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
/** A file up to this is rewritten in about two seconds, for which writes wait. */
const MAX_REWRITTEN_BYTES = 256 * 1024 * 1024;

/** Documents of one page of a snapshot. */
const SNAPSHOT_PAGE = 200;

function schema(): string {
  const documents = COLLECTION_NAMES.map((name) => {
    const indexes = COLLECTIONS[name].indexes.map(
      ({ field }) =>
        `CREATE INDEX IF NOT EXISTS ${name}_${field}
           ON ${name} (json_extract(body, '$.${field}'))
           WHERE json_extract(body, '$.${field}') IS NOT NULL;`,
    );
    return `CREATE TABLE IF NOT EXISTS ${name} (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
      ${indexes.join("\n")}`;
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
    ${documents.join("\n")}`;
}

function connect(path: string, readOnly: boolean): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly });
  // Another process that holds the file is waited for only briefly: callers are told, and try again.
  database.exec(BUSY_TIMEOUT);
  if (readOnly) return database;
  // WAL with FULL: a commit is on disk when it returns, and readers never wait.
  // What is deleted is overwritten with zeros: erased means gone from the file, too.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
  return database;
}

/** The table of a collection: names come from the declarations only, never from outside. */
function table(name: string): string {
  if (!Object.hasOwn(COLLECTIONS, name)) throw new Error(`there is no collection ${name}`);
  return name;
}

/** A file whose maker was killed before the tables were there. */
const isFresh = (source: DatabaseSync) =>
  Number(source.prepare("PRAGMA user_version").get()?.["user_version"]) === 0;

function readHead(source: DatabaseSync): HeadRow | null {
  const last = source
    .prepare("SELECT sequence, hash FROM log ORDER BY sequence DESC LIMIT 1")
    .get();
  const first = source.prepare("SELECT entry FROM log ORDER BY sequence LIMIT 1").get();
  if (!last || !first) return null;
  const relay = source.prepare("SELECT relayed FROM relay").get();
  return {
    sequence: Number(last["sequence"]),
    hash: String(last["hash"]),
    logId: String(JSON.parse(String(first["entry"])).id),
    relayed: Number(relay?.["relayed"] ?? 0),
  };
}

/** Entries that lie under something else than they say, so that no search finds them. */
function misfiledEntries(source: DatabaseSync): string[] {
  const differs = ["sequence", "type", "subject", "time", "hash"].map(
    (column) => `${column} IS NOT json_extract(entry, '$.${column}')`,
  );
  return source
    .prepare(`SELECT sequence FROM log WHERE ${differs.join(" OR ")} ORDER BY sequence LIMIT ?`)
    .all(NAMED_FAULTS)
    .map((row) => `log entry ${String(row["sequence"])}: its row says something else than it does`);
}

/**
 * Deleted content is overwritten, but where SQLite splits a page a copy may be left in the gap: only rewriting the whole
 * file is sure to take it out. The write-ahead log can't be emptied while somebody reads from it.
 */
function scrubFiles(
  db: DatabaseSync,
  rewritten: boolean,
): "done" | "large" | "busy" | "busy-after-rewriting" {
  const pragma = (name: string) => Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
  const large = pragma("page_count") * pragma("page_size") > MAX_REWRITTEN_BYTES;
  // Whoever writes must not wait for readers.
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

/** The SQLite side of the store: synchronous, so it runs in a worker of its own. */
export function createDatabase(): SqliteWorker {
  let path = "";
  let main: DatabaseSync | undefined;
  let nextSnapshot = 1;
  const snapshots = new Map<number, DatabaseSync>();
  /** The file was rewritten since the last erasure, its write-ahead log is still to be emptied. */
  let rewritten = false;
  const prepared = new Map<string, StatementSync>();

  const database = (): DatabaseSync => {
    if (!main) throw new Error("the database is not open");
    return main;
  };
  const prepare = (sql: string): StatementSync => {
    let statement = prepared.get(sql);
    if (!statement) prepared.set(sql, (statement = database().prepare(sql)));
    return statement;
  };
  const write = ({ collection, id, body }: DocumentRow): void => {
    const name = table(collection);
    if (body === null) prepare(`DELETE FROM ${name} WHERE id = ?`).run(id);
    else {
      prepare(
        `INSERT INTO ${name} (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
      ).run(id, body);
    }
  };

  const rewrite = (sequence: number, change: (entry: LogEntry) => LogEntry): void => {
    const row = prepare("SELECT entry FROM log WHERE sequence = ?").get(sequence);
    if (!row) throw new Error(`there is no entry ${sequence} to erase`);
    const entry = change(JSON.parse(String(row["entry"])) as LogEntry);
    prepare("UPDATE log SET entry = ?, subject = ? WHERE sequence = ?").run(
      JSON.stringify(entry),
      entry.subject,
      sequence,
    );
  };

  return {
    open(file, mode) {
      path = file;
      main = connect(path, mode === "read");
      const format = Number(main.prepare("PRAGMA user_version").get()?.["user_version"]);
      if (format > FORMAT || mode === "read") return format;
      main.exec(`BEGIN IMMEDIATE; ${schema()} PRAGMA user_version = ${FORMAT}; COMMIT;`);
      return FORMAT;
    },

    head: () => (isFresh(database()) ? null : readHead(database())),

    ping() {
      database().exec("BEGIN IMMEDIATE; ROLLBACK");
    },

    commit({ expectedSequence, entries, changes, relayed, erased, originErased }) {
      const db = database();
      db.exec("BEGIN IMMEDIATE");
      try {
        const last = prepare("SELECT max(sequence) AS sequence FROM log").get();
        if (Number(last?.["sequence"] ?? 0) !== expectedSequence) {
          db.exec("ROLLBACK");
          return "conflict";
        }
        const insert = prepare(
          "INSERT INTO log (sequence, type, subject, time, hash, entry) VALUES (?, ?, ?, ?, ?, ?)",
        );
        for (const row of entries) {
          insert.run(row.sequence, row.type, row.subject, row.time, row.hash, row.entry);
        }
        for (const change of changes) write(change);
        for (const sequence of erased) rewrite(sequence, eraseContent);
        for (const sequence of originErased) rewrite(sequence, eraseOrigin);
        if (erased.length + originErased.length > 0) {
          prepare("INSERT OR IGNORE INTO scrub (id) VALUES (1)").run();
          rewritten = false;
        }
        prepare(
          `INSERT INTO relay (id, relayed) VALUES (1, ?)
             ON CONFLICT (id) DO UPDATE SET relayed = max(relayed, excluded.relayed)`,
        ).run(relayed);
        db.exec("COMMIT");
        return "committed";
      } catch (error) {
        if (db.isTransaction) db.exec("ROLLBACK");
        throw error;
      }
    },

    get(collection, id) {
      const row = prepare(`SELECT body FROM ${table(collection)} WHERE id = ?`).get(id);
      return row ? String(row["body"]) : null;
    },

    query(collection, { prefix, expiresUntil, after, before, limit, reverse }) {
      const where: string[] = [];
      const values: SQLInputValue[] = [];
      if (prefix !== undefined) {
        // Ids that start with the prefix are those from it up to the prefix with the last code point there is.
        where.push("id >= ? AND id < ?");
        values.push(prefix, `${prefix}\u{10FFFF}`);
      }
      if (expiresUntil !== undefined) {
        where.push("json_extract(body, '$.expires_at') <= ?");
        values.push(expiresUntil);
      }
      if (after !== undefined) {
        where.push("id > ?");
        values.push(after);
      }
      if (before !== undefined) {
        where.push("id < ?");
        values.push(before);
      }
      const rows = prepare(
        `SELECT id, body FROM ${table(collection)}
           ${where.length > 0 ? `WHERE ${where.join(" AND ")}` : ""} ORDER BY id ${reverse ? "DESC" : "ASC"} LIMIT ?`,
      ).all(...values, limit ?? -1);
      return rows.map((row) => ({ id: String(row["id"]), body: String(row["body"]) }));
    },

    readLog({ after, limit }) {
      const rows = prepare(
        "SELECT entry FROM log WHERE sequence > ? ORDER BY sequence LIMIT ?",
      ).all(after, limit);
      return rows.map((row) => String(row["entry"]));
    },

    queryLog: (filter) => queryLog(prepare, filter),

    openSnapshot() {
      const view = connect(path, true);
      // The first read fixes what this connection sees; WAL keeps it while others write.
      view.exec("BEGIN");
      const head = readHead(view);
      const snapshot = nextSnapshot++;
      snapshots.set(snapshot, view);
      return { snapshot, head };
    },

    readSnapshot(snapshot, collection, after) {
      const view = snapshots.get(snapshot);
      if (!view) throw new Error("the snapshot is closed");
      const rows = view
        .prepare(`SELECT id, body FROM ${table(collection)} WHERE id > ? ORDER BY id LIMIT ?`)
        .all(after ?? "", SNAPSHOT_PAGE);
      return rows.map((row) => ({ id: String(row["id"]), body: String(row["body"]) }));
    },

    closeSnapshot(snapshot) {
      snapshots.get(snapshot)?.close();
      snapshots.delete(snapshot);
    },

    scrub() {
      const db = database();
      if (!prepare("SELECT id FROM scrub").get()) return "done";
      const outcome = scrubFiles(db, rewritten);
      rewritten = outcome === "busy-after-rewriting";
      if (outcome === "busy" || outcome === "busy-after-rewriting") return "busy";
      prepare("DELETE FROM scrub").run();
      return outcome;
    },

    check(depth) {
      const faults = database()
        .prepare("PRAGMA quick_check(20)")
        .all()
        .map((row) => String(row["quick_check"]))
        .filter((line) => line !== "ok");
      if (faults.length > NAMED_FAULTS) {
        return [
          ...faults.slice(0, NAMED_FAULTS),
          `and at least ${faults.length - NAMED_FAULTS} more`,
        ];
      }
      if (faults.length > 0) return faults;
      if (isFresh(database())) return [];
      const log = database()
        .prepare("SELECT count(*) AS count, min(sequence) AS first, max(sequence) AS last FROM log")
        .get();
      const count = Number(log?.["count"]);
      if (count === 0) return [];
      const [first, last] = [Number(log?.["first"]), Number(log?.["last"])];
      if (first !== 1 || last !== count) {
        return [`the log has ${count} entries from ${first} to ${last}: entries are missing`];
      }
      return depth === "deep" ? misfiledEntries(database()) : [];
    },

    close() {
      for (const view of snapshots.values()) view.close();
      snapshots.clear();
      prepared.clear();
      main?.close();
      main = undefined;
    },
  };
}

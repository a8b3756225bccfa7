import { statfsSync } from "node:fs";
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import { eraseContent, eraseOrigin } from "../erase.ts";
import { isTooNew, raised, UNMARKED } from "../data-format.ts";
import type { LogEntry } from "../store.ts";
import { checkDatabase } from "./check.ts";
import { connect, isFresh, schema } from "./connection.ts";
import { readFormat, writeFormat } from "./format.ts";
import { queryLog } from "./log-query.ts";
import type { DocumentRow, HeadRow, SqliteWorker } from "./protocol.ts";
import { scrubFiles } from "./scrub.ts";
import { setUpSearch, writeIndex } from "./search.ts";
import { searchIndex } from "./search-query.ts";
import { indexUnindexed, indexVersion, purgeIndexes, readUnindexed } from "./search-upkeep.ts";
import type { Tables } from "./tables.ts";

/** Documents of one page of a snapshot. */
const SNAPSHOT_PAGE = 200;

/** https://www.sqlite.org/rescode.html */
const SQLITE_FULL = 13;
/** What a commit may need. With less a page may still fit, in the log that is there, and a commit does not. */
const LEAST_FREE_BYTES = 1024 ** 2;

function isNearlyFull(path: string): boolean {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize < LEAST_FREE_BYTES;
}

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

/** The SQLite side of the store: synchronous, so it runs in a worker of its own. */
export function createDatabase(tables: Tables): SqliteWorker {
  let path = "";
  let main: DatabaseSync | undefined;
  let nextSnapshot = 1;
  const snapshots = new Map<number, DatabaseSync>();
  /** The file was rewritten since the last erasure, its write-ahead log is still to be emptied. */
  let rewritten = false;
  /** The last commit failed: until a write has gone through, the disk may be full. */
  let refused = false;
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
  const searched = new Set(tables.all.filter((one) => one.searched).map(({ name }) => name));
  const write = ({ collection, id, body, index }: DocumentRow): void => {
    const name = tables.named(collection);
    if (searched.has(name)) writeIndex(prepare, name, id, index);
    if (body === null) prepare(`DELETE FROM ${name} WHERE id = ?`).run(id);
    else {
      prepare(
        `INSERT INTO ${name} (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
      ).run(id, body);
    }
  };

  /** For upkeep; a commit has outcomes of its own. */
  const inTransaction = <Result>(work: () => Result): Result => {
    const db = database();
    db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      db.exec("COMMIT");
      return result;
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  };

  const rewrite = (sequence: number, change: (entry: LogEntry) => LogEntry): void => {
    const row = prepare("SELECT entry FROM log WHERE sequence = ?").get(sequence);
    // It was thinned out since it was found, so there is nothing left of it to erase.
    if (!row) return;
    const entry = change(JSON.parse(String(row["entry"])) as LogEntry);
    prepare("UPDATE log SET entry = ?, subject = ? WHERE sequence = ?").run(
      JSON.stringify(entry),
      entry.subject,
      sequence,
    );
  };

  const remove = (sequence: number): void => {
    const { changes } = prepare("DELETE FROM log WHERE sequence = ?").run(sequence);
    if (Number(changes) !== 1) throw new Error(`there is no entry ${sequence} to take out`);
  };

  return {
    open(file, mode) {
      path = file;
      main = connect(path, mode, tables);
      const format = readFormat(prepare);
      if (isTooNew(format) || mode !== "write") return format;
      main.exec(`BEGIN IMMEDIATE; ${schema(tables)}`);
      setUpSearch(prepare, tables, !prepare("SELECT 1 FROM log LIMIT 1").get());
      // Never lowered: a commit of a newer version may have raised it meanwhile.
      if (isFresh(main)) main.exec(`PRAGMA user_version = ${UNMARKED.min_reader}`);
      main.exec("COMMIT");
      return format;
    },

    head: () => ({
      head: isFresh(database()) ? null : readHead(database()),
      format: readFormat(prepare),
    }),

    ping() {
      const db = database();
      if (refused && isNearlyFull(path)) {
        throw Object.assign(new Error("the disk is nearly full"), { errcode: SQLITE_FULL });
      }
      db.exec("BEGIN IMMEDIATE");
      try {
        // Costs an fsync, so only where there is a doubt: a transaction can begin on a disk that is full.
        if (refused) prepare("UPDATE relay SET relayed = relayed").run();
        db.exec("COMMIT");
        refused = false;
      } catch (error) {
        if (db.isTransaction) db.exec("ROLLBACK");
        throw error;
      }
      return readFormat(prepare);
    },

    commit({ expectedSequence, entries, changes, relayed, erased, originErased, removed, format }) {
      const db = database();
      db.exec("BEGIN IMMEDIATE");
      try {
        const marks = readFormat(prepare);
        const last = prepare("SELECT max(sequence) AS sequence FROM log").get();
        if (isTooNew(marks) || Number(last?.["sequence"] ?? 0) !== expectedSequence) {
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
        for (const sequence of removed) remove(sequence);
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
        const risen = raised(raised(marks), format);
        if (!isDeepStrictEqual(risen, marks)) writeFormat(db, risen);
        db.exec("COMMIT");
        refused = false;
        return "committed";
      } catch (error) {
        refused = true;
        if (db.isTransaction) db.exec("ROLLBACK");
        throw error;
      }
    },

    get(collection, id) {
      const row = prepare(`SELECT body FROM ${tables.named(collection)} WHERE id = ?`).get(id);
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
        `SELECT id, body FROM ${tables.named(collection)}
           ${where.length > 0 ? `WHERE ${where.join(" AND ")}` : ""} ORDER BY id ${reverse ? "DESC" : "ASC"} LIMIT ?`,
      ).all(...values, limit ?? -1);
      return rows.map((row) => ({ id: String(row["id"]), body: String(row["body"]) }));
    },

    search(collection, steps, limit, wants) {
      const name = tables.named(collection);
      const version = indexVersion(prepare, name);
      return { ...searchIndex(prepare, name, steps, limit, wants), version };
    },

    unindexed: (collection, version) => readUnindexed(prepare, tables.named(collection), version),

    indexDocuments(collection, version, rows, upTo) {
      const name = tables.named(collection);
      inTransaction(() => indexUnindexed(prepare, name, version, rows, upTo));
    },

    purgeIndexes: () => inTransaction(() => purgeIndexes(prepare)),

    readLog({ after, limit }) {
      const rows = prepare(
        "SELECT entry FROM log WHERE sequence > ? ORDER BY sequence LIMIT ?",
      ).all(after, limit);
      return rows.map((row) => String(row["entry"]));
    },

    queryLog: (filter) => queryLog(prepare, filter),

    openSnapshot() {
      const view = connect(path, "read", tables);
      // The first read fixes what this connection sees; WAL keeps it while others write.
      view.exec("BEGIN");
      const head = readHead(view);
      const format = readFormat((sql) => view.prepare(sql));
      const snapshot = nextSnapshot++;
      snapshots.set(snapshot, view);
      return { snapshot, head, format };
    },

    readSnapshot(snapshot, collection, after) {
      const view = snapshots.get(snapshot);
      if (!view) throw new Error("the snapshot is closed");
      const rows = view
        .prepare(
          `SELECT id, body FROM ${tables.named(collection)} WHERE id > ? ORDER BY id LIMIT ?`,
        )
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

    check: (depth) => checkDatabase(database(), depth),

    close() {
      for (const view of snapshots.values()) view.close();
      snapshots.clear();
      prepared.clear();
      main?.close();
      main = undefined;
    },
  };
}

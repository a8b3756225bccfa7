import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { median, show } from "../../src/statistics.ts";
import type { Options } from "./options.ts";
import type { Section } from "../../src/report/section.ts";

/** Sizes of a typical log entry and memory document. */
const ENTRY = JSON.stringify({ entry: "x".repeat(700) });
const DOCUMENT = JSON.stringify({ document: "x".repeat(150) });

/** Durable commits of SQLite alone on this disk: a log row and a document each, alone and in groups. */
export function measureSqlite({ seconds, rounds }: Options): Section {
  const folder = mkdtempSync(join(tmpdir(), "vega-bench-"));
  const database = new DatabaseSync(join(folder, "raw.sqlite"));
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE log (sequence INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;
      CREATE TABLE documents (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;`);
    const append = database.prepare("INSERT INTO log (entry) VALUES (?)");
    const put = database.prepare("INSERT OR REPLACE INTO documents (id, body) VALUES (?, ?)");
    const commit = (size: number) => {
      database.exec("BEGIN IMMEDIATE");
      for (let n = 0; n < size; n += 1) {
        append.run(ENTRY);
        put.run(`document-${n}`, DOCUMENT);
      }
      database.exec("COMMIT");
    };
    const perSecond = (size: number) => {
      const started = performance.now();
      let writes = 0;
      let elapsed = 0;
      while ((elapsed = performance.now() - started) < seconds * 1_000) {
        commit(size);
        writes += size;
      }
      return (writes / elapsed) * 1_000;
    };
    const groups = [1, 16, 64].map((size) => ({
      size,
      perSecond: Array.from({ length: rounds }, () => perSecond(size)),
    }));
    return {
      title: "For scale: raw node:sqlite on this disk, WAL, synchronous = FULL",
      columns: ["writes a commit", "writes/s"],
      rows: groups.map((group) => [String(group.size), show(median(group.perSecond))]),
      aims: [],
      faults: [],
      raw: groups,
    };
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
}

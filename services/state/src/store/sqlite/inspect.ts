import { DatabaseSync } from "node:sqlite";
import { checkDatabase } from "./check.ts";
import { BUSY_TIMEOUT, isFresh, urlToInspect } from "./connection.ts";
import type { DataFormat } from "../data-format.ts";
import { refuseTooNew } from "../store.ts";
import { readFormat } from "./format.ts";

/** What a file holds; `faults` empty where nothing was found. */
export interface Inspected {
  readonly faults: readonly string[];
  readonly sequence: number;
  /** Of the last entry, ISO 8601; null for an empty log. */
  readonly time: string | null;
  readonly format: DataFormat;
}

/** Checks a database quickly, also while another process writes to it. Throws SQLite's errors and StoreTooNewError. */
export function inspectSqlite(path: string): Inspected {
  const database = new DatabaseSync(urlToInspect(path), { readOnly: true });
  try {
    database.exec(BUSY_TIMEOUT);
    const format = readFormat((sql) => database.prepare(sql));
    refuseTooNew(format);
    const faults = checkDatabase(database, undefined);
    if (faults.length > 0 || isFresh(database)) return { faults, sequence: 0, time: null, format };
    const last = database
      .prepare("SELECT sequence, time FROM log ORDER BY sequence DESC LIMIT 1")
      .get();
    const time = last ? String(last["time"]) : null;
    return { faults, sequence: Number(last?.["sequence"] ?? 0), time, format };
  } finally {
    database.close();
  }
}

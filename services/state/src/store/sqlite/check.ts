import type { DatabaseSync } from "node:sqlite";
import type { CheckDepth } from "../store.ts";
import { isFresh } from "./connection.ts";

/** Page faults that are listed one by one; one bad spot often causes dozens. */
const NAMED_FAULTS = 3;

/** Bytes of a file whose pages are looked at before anything is served from it: some seconds' worth. */
export const LARGE_BYTES = 512 * 1024 * 1024;

function isLarge(source: DatabaseSync): boolean {
  const pragma = (name: string) => Number(source.prepare(`PRAGMA ${name}`).get()?.[name]);
  return pragma("page_count") * pragma("page_size") > LARGE_BYTES;
}

const checkPages = (source: DatabaseSync) => source.prepare("PRAGMA quick_check(20)").all();

/** What is wrong with a database, empty where nothing is; see `Store.check`. Reads only. */
export function checkDatabase(source: DatabaseSync, depth: CheckDepth | undefined): string[] {
  const faults = (depth === "start" && isLarge(source) ? [] : checkPages(source))
    .map((row) => String(row["quick_check"]))
    .filter((line) => line !== "ok");
  if (faults.length > NAMED_FAULTS) {
    return [...faults.slice(0, NAMED_FAULTS), `and at least ${faults.length - NAMED_FAULTS} more`];
  }
  if (faults.length > 0) return faults;
  if (isFresh(source)) return [];
  const log = source
    .prepare("SELECT count(*) AS count, min(sequence) AS first, max(sequence) AS last FROM log")
    .get();
  const count = Number(log?.["count"]);
  if (count === 0) return [];
  const [first, last] = [Number(log?.["first"]), Number(log?.["last"])];
  const thinned = source
    .prepare("SELECT total(json_extract(body, '$.removed')) AS removed FROM log_gaps")
    .get();
  if (first !== 1 || last !== count + Number(thinned?.["removed"])) {
    return [`the log has ${count} entries from ${first} to ${last}: entries are missing`];
  }
  return depth === "deep" ? misfiledEntries(source) : [];
}

/** Entries whose indexed columns differ from their content, so that searches miss them. */
function misfiledEntries(source: DatabaseSync): string[] {
  const differs = ["sequence", "type", "subject", "time", "hash"].map(
    (column) => `${column} IS NOT json_extract(entry, '$.${column}')`,
  );
  return source
    .prepare(`SELECT sequence FROM log WHERE ${differs.join(" OR ")} ORDER BY sequence LIMIT ?`)
    .all(NAMED_FAULTS)
    .map(
      (row) => `log entry ${String(row["sequence"])}: its indexed columns differ from the entry`,
    );
}

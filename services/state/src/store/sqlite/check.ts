import type { DatabaseSync } from "node:sqlite";
import { isFresh } from "./connection.ts";

/** Faults of pages that are told one by one; one bad spot often shows as dozens. */
const NAMED_FAULTS = 3;

/** What is wrong with a database, empty where nothing is; see `Store.check`. Reads only. */
export function checkDatabase(source: DatabaseSync, depth: "deep" | undefined): string[] {
  const faults = source
    .prepare("PRAGMA quick_check(20)")
    .all()
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

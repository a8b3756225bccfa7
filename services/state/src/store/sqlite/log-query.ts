import type { SQLInputValue } from "node:sqlite";
import type { LogFilter } from "../store.ts";

const ACTOR = "json_extract(entry, '$.context.actor.id')";

/** What entries are looked for by; each ends with the sequence, in whose order they are wanted. */
export const LOG_INDEXES = `
  CREATE INDEX IF NOT EXISTS log_type ON log (type, sequence);
  CREATE INDEX IF NOT EXISTS log_subject ON log (subject, sequence);
  CREATE INDEX IF NOT EXISTS log_actor ON log (${ACTOR}, sequence);`;

/** A filter as the condition of a query. */
export function logCondition(filter: LogFilter): { where: string; values: SQLInputValue[] } {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, value: SQLInputValue | undefined) => {
    if (value === undefined) return;
    parts.push(condition);
    values.push(value);
  };
  const addPrefix = (column: string, prefix: string | undefined) => {
    if (prefix === undefined) return;
    // From the prefix up to the prefix with the last code point there is.
    add(`${column} >= ?`, prefix);
    add(`${column} < ?`, `${prefix}\u{10FFFF}`);
  };
  add(`${ACTOR} = ?`, filter.actor);
  add("type = ?", filter.type);
  addPrefix("type", filter.typePrefix);
  add("subject = ?", filter.subject);
  addPrefix("subject", filter.subjectPrefix);
  add("time >= ?", filter.from);
  add("time < ?", filter.to);
  add("sequence < ?", filter.before);
  return { where: parts.length > 0 ? `WHERE ${parts.join(" AND ")}` : "", values };
}

import type { SQLInputValue, StatementSync } from "node:sqlite";
import type { LogFilter } from "../store.ts";

const ACTOR = "json_extract(entry, '$.context.actor.id')";

/** What entries are looked for by; each ends with the sequence, in whose order they are wanted. */
export const LOG_INDEXES = `
  CREATE INDEX IF NOT EXISTS log_type ON log (type, sequence);
  CREATE INDEX IF NOT EXISTS log_subject ON log (subject, sequence);
  CREATE INDEX IF NOT EXISTS log_actor ON log (${ACTOR}, sequence);`;

type Prepare = (sql: string) => StatementSync;

/** The value after all that start with a prefix: the prefix with the last code point there is. */
const endOf = (prefix: string) => `${prefix}\u{10FFFF}`;

/** Entries that meet a filter as JSON, newest first. The log's times never run backwards. */
export function queryLog(prepare: Prepare, filter: LogFilter): string[] {
  const { typePrefix, from, to, before, limit, ...rest } = filter;
  const bounds = {
    from: from === undefined ? undefined : firstAt(prepare, from),
    before: Math.min(before ?? Infinity, to === undefined ? Infinity : firstAt(prepare, to)),
  };
  if (typePrefix === undefined) return select(prepare, { ...rest, ...bounds }, limit).map(toEntry);
  // The index gives one type's entries in their order, but not those of several: so one type after the other.
  const types = typesOf(prepare, typePrefix).filter((type) => (rest.type ?? type) === type);
  return types
    .flatMap((type) => select(prepare, { ...rest, ...bounds, type }, limit))
    .toSorted((a, b) => b.sequence - a.sequence)
    .slice(0, limit)
    .map(toEntry);
}

interface Found {
  readonly sequence: number;
  readonly entry: string;
}

const toEntry = ({ entry }: Found): string => entry;

function select(
  prepare: Prepare,
  filter: Pick<LogFilter, "actor" | "type" | "types" | "subject" | "subjectPrefix"> & {
    readonly from: number | undefined;
    readonly before: number;
  },
  limit: number,
): Found[] {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, value: SQLInputValue | undefined) => {
    if (value === undefined) return;
    parts.push(condition);
    values.push(value);
  };
  add(`${ACTOR} = ?`, filter.actor);
  add("type = ?", filter.type);
  if (filter.types !== undefined) {
    // The plus keeps the index of types out: it would collect and sort all entries of them.
    parts.push(`+type IN (${filter.types.map(() => "?").join(", ")})`);
    values.push(...filter.types);
  }
  add("subject = ?", filter.subject);
  if (filter.subjectPrefix !== undefined) {
    add("subject >= ?", filter.subjectPrefix);
    add("subject < ?", endOf(filter.subjectPrefix));
  }
  add("sequence >= ?", filter.from);
  add("sequence < ?", Number.isFinite(filter.before) ? filter.before : undefined);
  const where = parts.length > 0 ? `WHERE ${parts.join(" AND ")}` : "";
  const sql = `SELECT sequence, entry FROM log ${where} ORDER BY sequence DESC LIMIT ?`;
  return prepare(sql)
    .all(...values, limit)
    .map((row) => ({ sequence: Number(row["sequence"]), entry: String(row["entry"]) }));
}

/** The types in the log that start with a prefix: each is found by an index lookup, without a scan. */
function typesOf(prepare: Prepare, prefix: string): string[] {
  const types: string[] = [];
  for (let after = prefix, sign = ">="; ; sign = ">") {
    const found = prepare(
      `SELECT min(type) AS type FROM log WHERE type ${sign} ? AND type < ?`,
    ).get(after, endOf(prefix));
    const type = found?.["type"];
    if (typeof type !== "string") return types;
    types.push(type);
    after = type;
  }
}

/**
 * A sequence before which all entries are older, and from which on none is; the one after the log's last at most.
 * Entries come at an even pace mostly, so a guess by their times is close, and each look at one that is far away may be
 * a read of the disk. Every other step halves what is left, whatever the pace.
 */
function firstAt(prepare: Prepare, time: string): number {
  const wanted = Date.parse(time);
  const at = (sequence: number) =>
    prepare("SELECT sequence, time FROM log WHERE sequence >= ? ORDER BY sequence LIMIT 1").get(
      sequence,
    );
  const last = prepare("SELECT max(sequence) AS sequence FROM log").get();
  let [low, high] = [1, Number(last?.["sequence"] ?? 0) + 1];
  // The times of entries before `low` and from `high` on, as far as they are known.
  let [from, to] = [
    Date.parse(String(at(1)?.["time"])),
    Date.parse(String(at(high - 1)?.["time"])),
  ];
  for (let step = 0; low < high; step += 1) {
    const share = step % 2 === 0 && to > from ? (wanted - from) / (to - from) : 0.5;
    const guess = low + Math.floor((high - low) * Math.min(1, Math.max(0, share)));
    const middle = Math.min(high - 1, guess);
    const found = at(middle);
    if (String(found?.["time"]) < time) {
      low = Math.max(middle, Number(found?.["sequence"])) + 1;
      from = Date.parse(String(found?.["time"]));
    } else {
      high = middle;
      to = Date.parse(String(found?.["time"]));
    }
  }
  return low;
}

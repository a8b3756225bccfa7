import { messageId, ownerKey } from "@vega/contracts";
import { DatabaseSync } from "node:sqlite";

/* Generated messages and rollups of a month. They are not in the log, because the measurement only reads. */

const OWNERS = 200;
const DAYS = 30;
const MESSAGES_A_CONVERSATION = 1_000;

const uuid = (kind: number, n: number): string =>
  `${String(kind).padStart(8, "0")}-0000-4000-8000-${String(n).padStart(12, "0")}`;
const time = (day: string): string => `${day}T12:00:00.000Z`;

/** The last days up to today, UTC. */
export const lastDays = (now: number): string[] =>
  Array.from({ length: DAYS }, (_, n) =>
    new Date(now - (DAYS - 1 - n) * 86_400_000).toISOString().slice(0, 10),
  );

const usageOf = (answers: number) => ({
  answers,
  incomplete: 0,
  estimated: 0,
  unpriced: 0,
  prompt_tokens: answers * 300,
  completion_tokens: answers * 200,
  cost_usd: Math.round(answers * 0.0123 * 1e9) / 1e9,
});

/** Replaces the rollups of every owner, day and the system. @returns the total number of answers */
export function fillRollups(path: string, messages: number, days: readonly string[]): number {
  const database = new DatabaseSync(path);
  try {
    const put = database.prepare("INSERT OR REPLACE INTO usage_days (id, body) VALUES (?, ?)");
    const place = database.prepare("INSERT OR REPLACE INTO usage_places (id, body) VALUES (?, ?)");
    const answers = Math.max(1, Math.round(messages / 2 / OWNERS / days.length));
    const rollup = (owner: string, day: string, count: number) => {
      const total = usageOf(count);
      const models = Array.from({ length: 5 }, (_, n) => ({ name: `wall/model-${n}`, ...total }));
      put.run(`${owner}/${day}`, JSON.stringify({ owner, day, total, models, agents: [] }));
    };
    database.exec("BEGIN IMMEDIATE");
    for (const day of days) {
      rollup("system", day, answers * OWNERS);
      for (let n = 0; n < OWNERS; n += 1) {
        const owner = n === 0 ? ownerKey(null) : uuid(1, n);
        rollup(owner, day, answers);
        place.run(`${day}/${owner}`, JSON.stringify({ owner }));
      }
    }
    database.exec("COMMIT");
    return answers * OWNERS * days.length;
  } finally {
    database.close();
  }
}

/** Adds the messages with the numbers `from` to `until`. */
export function fillMessages(path: string, from: number, until: number, day: string): void {
  const database = new DatabaseSync(path);
  try {
    // No durability is needed: a lost database is generated again.
    database.exec("PRAGMA synchronous = OFF; BEGIN IMMEDIATE");
    const put = database.prepare("INSERT INTO messages (id, body) VALUES (?, ?)");
    for (let n = from; n < until; n += 1) {
      const owner = uuid(1, n % OWNERS);
      const conversation = uuid(2, Math.floor(n / MESSAGES_A_CONVERSATION));
      const position = n % MESSAGES_A_CONVERSATION;
      const id = messageId(conversation, position);
      const body = {
        id,
        conversation_id: conversation,
        owner,
        position,
        role: n % 2 === 0 ? "user" : "assistant",
        content: `generated message number ${n}, as long as a short reply`,
        status: "complete",
        model: "wall/model-0",
        provider: "wall",
        usage: { prompt_tokens: 300, completion_tokens: 200 },
        cost_usd: 0.0123,
        created_at: time(day),
        updated_at: time(day),
      };
      put.run(`${owner}/${id}`, JSON.stringify(body));
    }
    database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    database.close();
  }
}

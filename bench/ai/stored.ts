import { setTimeout as delay } from "node:timers/promises";
import { exchange } from "../exchange.ts";
import type { Section } from "../section.ts";
import { nonceOf } from "./answer-text.ts";
import type { Target } from "./client-messages.ts";

const PATIENCE_MS = 15_000;
const POLL_MS = 250;
/** Conversations that are read at once. */
const AT_ONCE = 16;

interface StoredMessage {
  readonly role: string;
  readonly status: string;
  readonly content: unknown;
}

/**
 * Reads back every conversation and compares with what the clients were answered.
 * @param acknowledged the nonces of those answers
 * @param patienceMs how long after the last answer all must be stored
 */
export async function storedSection(
  target: Target,
  acknowledged: ReadonlySet<string>,
  patienceMs = PATIENCE_MS,
): Promise<Section> {
  const from = performance.now();
  let stored = await readStored(target);
  const missing = () => [...acknowledged].filter((nonce) => !stored.complete.has(nonce)).length;
  while (missing() > 0 && performance.now() - from < patienceMs) {
    await delay(POLL_MS);
    stored = await readStored(target);
  }
  const doubled = stored.answers - stored.complete.size;
  return {
    title: "What VEGA has stored, read back by /api/conversations",
    columns: ["answers to clients", "complete messages", "others"],
    rows: [[acknowledged.size, stored.answers, stored.others].map(String)],
    aims: [],
    faults: [
      ...(missing() > 0 ? [`${missing()} of ${acknowledged.size} answers are not stored`] : []),
      ...(doubled > 0 ? [`${doubled} answers are stored twice`] : []),
    ],
    raw: { acknowledged: acknowledged.size, complete: stored.answers, others: stored.others },
  };
}

async function readStored(target: Target) {
  const complete = new Set<string>();
  let answers = 0;
  let others = 0;
  const ids = await conversationIds(target);
  const reader = async () => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      const path = `/api/conversations/${id}/messages?limit=500`;
      for await (const page of pages<{ messages: readonly StoredMessage[] }>(target, path)) {
        for (const { role, status, content } of page.messages) {
          if (role !== "assistant") continue;
          if (status === "complete") {
            answers += 1;
            complete.add(nonceOf(String(content)));
          } else others += 1;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  return { complete, answers, others };
}

async function conversationIds(target: Target): Promise<string[]> {
  const ids: string[] = [];
  const path = "/api/conversations?limit=200";
  for await (const page of pages<{ conversations: readonly { id: string }[] }>(target, path)) {
    for (const { id } of page.conversations) ids.push(id);
  }
  return ids;
}

interface Page {
  readonly next_cursor: string | number | null;
}

/** Throws Error when one is not answered with 200. */
async function* pages<Content>(
  { url, headers }: Target,
  path: string,
): AsyncGenerator<Content & Page, void> {
  let cursor: Page["next_cursor"] = null;
  do {
    const from = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await exchange(url, { path: path + from, headers });
    if (status !== 200) throw new Error(`${path} was answered with ${status}`);
    const page: Awaited<Content & Page> = JSON.parse(Buffer.from(body).toString());
    yield page;
    cursor = page.next_cursor;
  } while (cursor !== null);
}

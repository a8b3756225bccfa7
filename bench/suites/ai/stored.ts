import { setTimeout as delay } from "node:timers/promises";
import { exchange, jsonOf } from "../../src/load/http-exchange.ts";
import { inParallel } from "../../src/load/closed-loop.ts";
import type { Section } from "../../src/report/section.ts";
import { nonceOf } from "../../src/upstream/completion-text.ts";
import type { Target } from "./client-messages.ts";

const STORED_TIMEOUT_MS = 15_000;
const POLL_MS = 250;
/** Conversations read in parallel. */
const READERS = 16;

interface StoredMessage {
  readonly role: string;
  readonly status: string;
  readonly content: unknown;
}

/**
 * Reads back every conversation and compares it with the clients' completions.
 * @param acknowledged the nonces of those completions
 * @param timeoutMs after the last completion, until all must be stored
 */
export async function storedSection(
  target: Target,
  acknowledged: ReadonlySet<string>,
  timeoutMs = STORED_TIMEOUT_MS,
): Promise<Section> {
  const from = performance.now();
  let stored = await readStored(target);
  const missing = () => [...acknowledged].filter((nonce) => !stored.complete.has(nonce)).length;
  while (missing() > 0 && performance.now() - from < timeoutMs) {
    await delay(POLL_MS);
    stored = await readStored(target);
  }
  const doubled = stored.answers - stored.complete.size;
  return {
    title: "Completions that VEGA has stored, read back by /api/conversations",
    columns: ["completions", "complete messages", "others"],
    rows: [[acknowledged.size, stored.answers, stored.others].map(String)],
    aims: [],
    faults: [
      ...(missing() > 0 ? [`${missing()} of ${acknowledged.size} completions are not stored`] : []),
      ...(doubled > 0 ? [`${doubled} completions are stored twice`] : []),
    ],
    raw: { acknowledged: acknowledged.size, complete: stored.answers, others: stored.others },
  };
}

async function readStored(target: Target) {
  const complete = new Set<string>();
  let answers = 0;
  let others = 0;
  const ids = await conversationIds(target);
  await inParallel(ids, READERS, async (id) => {
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
  });
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

/** Throws Error for any status but 200. */
async function* pages<Content>(
  { url, headers }: Target,
  path: string,
): AsyncGenerator<Content & Page, void> {
  let cursor: Page["next_cursor"] = null;
  do {
    const from = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await exchange(url, { path: path + from, headers });
    if (response.status !== 200) throw new Error(`${path}: status ${response.status}`);
    const page: Awaited<Content & Page> = jsonOf(response);
    yield page;
    cursor = page.next_cursor;
  } while (cursor !== null);
}

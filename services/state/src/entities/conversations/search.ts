import type { Conversation, RequestInput, RequestOutput, conversations } from "@vega/contracts";
import { textOf } from "@vega/contracts";
import { bytesOf } from "./documents.ts";
import type { Store } from "../../store/store.ts";
import { conversationsOf, cursorOf, messagesOf } from "./read.ts";

/** Approximate limits of messages and bytes that one search reads; also of one conversation. */
const MAX_MESSAGES = 2_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** Characters of an excerpt before and after the match. */
const AROUND = 60;
/** Conversations that are read at once. */
const PAGE = 20;

type Found = RequestOutput<typeof conversations.requests.search>["found"][number];

/** A place in a text, as people look for one: the same letters in another case or Unicode form. */
export function excerptOf(text: string, wanted: string): string | undefined {
  const plain = text.normalize("NFKC");
  const lower = plain.toLowerCase();
  const at = lower.indexOf(wanted.normalize("NFKC").toLowerCase());
  if (at < 0) return undefined;
  // A few letters have more units in lower case, so the place may be off by as many; it is an excerpt.
  return plain.slice(Math.max(0, at - AROUND), at + wanted.length + AROUND).toWellFormed();
}

/** A bounded scan, without an index of words. Each conversation is listed once, with its newest match. */
export async function search(
  store: Store,
  { owner, text, cursor, limit = 50 }: RequestInput<typeof conversations.requests.search>,
): Promise<Omit<RequestOutput<typeof conversations.requests.search>, "sequence">> {
  const found: Found[] = [];
  const partly: string[] = [];
  const looked = { messages: 0, bytes: 0 };
  let at = cursor;
  for (;;) {
    const page = await conversationsOf(store, owner, { cursor: at, limit: PAGE });
    for (const [n, conversation] of page.conversations.entries()) {
      const { hit, all } = await searchOne(store, conversation, text, looked);
      if (hit) found.push(hit);
      else if (!all) partly.push(conversation.id);
      const enough =
        found.length >= limit || looked.messages >= MAX_MESSAGES || looked.bytes >= MAX_BYTES;
      const last = n === page.conversations.length - 1 && page.next === null;
      if (enough && !last) return { found, partly, next_cursor: cursorOf(conversation) };
    }
    if (page.next === null) return { found, partly, next_cursor: null };
    at = page.next;
  }
}

async function searchOne(
  store: Store,
  conversation: Conversation,
  text: string,
  looked: { messages: number; bytes: number },
): Promise<{ hit?: Found; all: boolean }> {
  const title = excerptOf(conversation.title, text);
  if (title !== undefined) {
    return { hit: { conversation, message_id: null, excerpt: title }, all: true };
  }
  let [messages, bytes] = [0, 0];
  for await (const message of messagesOf(store, conversation, { reverse: true })) {
    if (messages >= MAX_MESSAGES || bytes >= MAX_BYTES) return { all: false };
    const size = bytesOf(message);
    messages += 1;
    bytes += size;
    looked.messages += 1;
    looked.bytes += size;
    const excerpt = excerptOf(textOf(message.content), text);
    if (excerpt !== undefined) {
      return { hit: { conversation, message_id: message.id, excerpt }, all: true };
    }
  }
  return { all: true };
}

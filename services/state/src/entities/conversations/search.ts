import type { Conversation, RequestInput, RequestOutput, conversations } from "@vega/contracts";
import {
  currentPath,
  isOnPath,
  ownerKey,
  readConversationSearchCursor,
  readMessageId,
  textOf,
} from "@vega/contracts";
import { hasTerms, queryTerms } from "../../store/search/terms.ts";
import type { SearchHit, Store } from "../../store/store.ts";
import type { Owner } from "./documents.ts";
import { conversationRef, ofOwner } from "./documents.ts";
import { excerptOf } from "./excerpt.ts";

/** Matching messages whose ids are read at once. */
const PAGE = 500;

type Input = RequestInput<typeof conversations.requests.search>;
type Output = Omit<RequestOutput<typeof conversations.requests.search>, "sequence">;
type Found = Output["found"][number];
/** A conversation that was found, and the cursor of the page that begins after it. */
type Match = Found & { readonly cursor: string };

/**
 * Conversations whose title matches, the newest first; then those with a matching message on their current branch, the
 * one with the newest first. Each conversation is found once.
 */
export async function search(store: Store, input: Input): Promise<Output> {
  const { limit = 50 } = input;
  const state = { complete: true };
  const found: Match[] = [];
  for await (const match of matches(store, input, state)) {
    // One more than asked for tells whether there is another page.
    if (found.push(match) > limit) break;
  }
  const shown = found.slice(0, limit);
  return {
    found: shown.map(({ cursor: _cursor, ...one }) => one),
    partly: [],
    complete: state.complete,
    next_cursor: found.length > limit ? (shown.at(-1)?.cursor ?? null) : null,
  };
}

interface Progress {
  complete: boolean;
}

async function* matches(store: Store, input: Input, state: Progress): AsyncGenerator<Match> {
  const from = input.cursor ? readConversationSearchCursor(input.cursor) : undefined;
  if (from?.in !== "messages") yield* titleMatches(store, input, from?.cursor, state);
  yield* messageMatches(store, input, from?.in === "messages" ? from.cursor : undefined, state);
}

async function* titleMatches(
  store: Store,
  { owner, text, limit = 50 }: Input,
  from: string | undefined,
  state: Progress,
): AsyncGenerator<Match> {
  const values = { owner: [ownerKey(owner)] };
  for (let cursor = from; ;) {
    const page = await store.search("conversations", { text, values, cursor, limit: limit + 1 });
    state.complete &&= page.complete;
    for (const { body: conversation, cursor: place } of page.found) {
      const excerpt = excerptOf(conversation.title, text);
      yield { conversation, message_id: null, excerpt, cursor: `titles.${place}` };
    }
    if (page.next === null) return;
    cursor = page.next;
  }
}

async function* messageMatches(
  store: Store,
  { owner, text }: Input,
  from: string | undefined,
  state: Progress,
): AsyncGenerator<Match> {
  const values = { owner: [ownerKey(owner)] };
  const looks = new Map<string, Look | undefined>();
  for (let cursor = from; ;) {
    const page = await store.searchIds("messages", { text, values, cursor, limit: PAGE });
    state.complete &&= page.complete;
    for (const hit of page.found) {
      const { conversation_id: id, position } = placeOf(owner, hit);
      if (!looks.has(id)) looks.set(id, await lookAt(store, { owner, text, from }, id));
      const look = looks.get(id);
      if (!look) continue;
      if (look.newest === undefined && isCurrent(look.conversation, position)) {
        look.newest = position;
      }
      const message = look.newest === position && (await store.get("messages", hit.id));
      if (!message) continue;
      const excerpt = excerptOf(textOf(message.content), text);
      const place = `messages.${hit.cursor}`;
      yield { conversation: look.conversation, message_id: message.id, excerpt, cursor: place };
    }
    if (page.next === null) return;
    cursor = page.next;
  }
}

/** A conversation with matches, and the position of the newest one on its current branch. */
interface Look {
  readonly conversation: Conversation;
  newest: number | undefined;
}

/**
 * Undefined for a conversation that is found by its title, or was deleted. From the first match on, the newest one is the
 * first that is met; after a cursor it may be on a page before.
 */
async function lookAt(
  store: Store,
  { owner, text, from }: { owner: Owner; text: string; from: string | undefined },
  id: string,
): Promise<Look | undefined> {
  const conversation = await store.get("conversations", conversationRef(owner, id).id);
  if (!conversation || hasTerms(conversation.title, queryTerms(text))) return undefined;
  if (from === undefined) return { conversation, newest: undefined };
  return { conversation, newest: (await newestMatch(store, conversation, text)) ?? -1 };
}

const placeOf = (owner: Owner, { id }: SearchHit) => readMessageId(id.slice(ofOwner(owner).length));

const isCurrent = (conversation: Conversation, position: number): boolean =>
  isOnPath(currentPath(conversation), position);

/** Position of the newest match on the current branch of a conversation. */
async function newestMatch(
  store: Store,
  conversation: Conversation,
  text: string,
): Promise<number | undefined> {
  const { owner, id } = conversation;
  const values = { owner: [ownerKey(owner)], conversation: [id] };
  for (let cursor: string | undefined; ;) {
    const page = await store.searchIds("messages", { text, values, cursor, limit: PAGE });
    for (const hit of page.found) {
      const { position } = placeOf(owner, hit);
      if (isCurrent(conversation, position)) return position;
    }
    if (page.next === null) return undefined;
    cursor = page.next;
  }
}

import type { Conversation, Message, PositionRange } from "@vega/contracts";
import { currentPath, messageId, VegaError } from "@vega/contracts";
import type { Owner } from "./documents.ts";
import { conversationRef, messageRef, NO_CONVERSATION, ofOwner } from "./documents.ts";
import type { MessageLease } from "../../store/collections.ts";
import type { Store } from "../../store/store.ts";

/* How handlers read conversations outside of decisions. */

/** Messages that are read at once: each may have a MiB. */
const CHUNK = 32;

/** Throws VegaError `not_found`. */
export async function readConversation(
  store: Store,
  owner: Owner,
  id: string,
): Promise<Conversation> {
  const found = await store.get("conversations", conversationRef(owner, id).id);
  if (!found) throw new VegaError("not_found", NO_CONVERSATION);
  return found;
}

/**
 * Messages of a conversation in their order, or the newest first, read as they are taken.
 * @param path default the current branch
 * @param from the position that a page ended with
 */
export async function* messagesOf(
  store: Store,
  conversation: Conversation,
  {
    path = currentPath(conversation),
    from,
    reverse = false,
  }: { path?: PositionRange[]; from?: number | undefined; reverse?: boolean } = {},
): AsyncGenerator<Message> {
  const { owner, id } = conversation;
  const prefix = messageRef(owner, `${id}/`).id;
  const idAt = (position: number) => messageRef(owner, messageId(id, position)).id;
  for (const range of reverse ? path.toReversed() : path) {
    let first = reverse || from === undefined ? range.from : Math.max(range.from, from + 1);
    let last = reverse && from !== undefined ? Math.min(range.to, from - 1) : range.to;
    while (first <= last) {
      const page = await store.query("messages", {
        prefix,
        reverse,
        limit: Math.min(CHUNK, last - first + 1),
        before: idAt(last + 1),
        // The prefix alone bounds a path that starts at the first message.
        ...(first > 0 && { after: idAt(first - 1) }),
      });
      const messages = page.map(({ body }) => body);
      yield* messages;
      const end = messages.at(-1);
      if (!end) break;
      if (reverse) last = end.position - 1;
      else first = end.position + 1;
    }
  }
}

/**
 * An owner's conversations beyond a cursor, those that were used last first, with the cursor of each. One that was
 * used or deleted since its place was read is passed over: it stands further up by now, or nowhere.
 */
export async function conversationsOf(
  store: Store,
  owner: Owner,
  { cursor, limit }: { cursor?: string | null | undefined; limit: number },
): Promise<{ conversations: Conversation[]; next: string | null }> {
  const prefix = ofOwner(owner);
  const places = await store.query("conversation_order", {
    prefix,
    reverse: true,
    limit: limit + 1,
    ...(cursor ? { before: prefix + cursor } : {}),
  });
  const shown = places.slice(0, limit);
  const read = await Promise.all(
    shown.map(({ body }) =>
      store.get("conversations", conversationRef(owner, body.conversation_id).id),
    ),
  );
  const last = shown.at(-1);
  return {
    conversations: read.flatMap((found) => found ?? []),
    next: places.length > limit && last ? last.id.slice(prefix.length) : null,
  };
}

/** Of a conversation's answers under way. */
export async function leasesOf(store: Store, { owner, id }: Conversation): Promise<MessageLease[]> {
  const { id: prefix } = conversationRef(owner, id);
  const found = await store.query("message_leases", { prefix: `${prefix}/` });
  return found.map(({ body }) => body);
}

import type { Conversation, Message, MessageContent, Reservation } from "@vega/contracts";
import { messageId, ownerKey } from "@vega/contracts";
import type { IdempotencyKey, MessageLease } from "../../store/collections.ts";
import type { Change } from "../../store/store.ts";
import { documentRef, put, remove } from "../../store/document-ref.ts";
import type { DecisionView } from "../../log/decision.ts";
import type { DocumentRef } from "../../store/document-ref.ts";

/* References to the documents of conversations, reads and changes of them. */

/** The id of an account; null: shared by all accounts. */
export type Owner = string | null;

/** Prefix of the ids of an owner's documents. */
export const ofOwner = (owner: Owner): string => `${ownerKey(owner)}/`;

export const conversationRef = (owner: Owner, id: string) =>
  documentRef("conversations", ofOwner(owner) + id);
/** @param id the message's, which starts with its conversation's */
export const messageRef = (owner: Owner, id: string) =>
  documentRef("messages", ofOwner(owner) + id);
export const leaseRef = (owner: Owner, id: string) =>
  documentRef("message_leases", ofOwner(owner) + id);
/** @param key digest of the caller's idempotency key */
export const idempotencyKeyRef = (owner: Owner, key: string) =>
  documentRef("answer_keys", ofOwner(owner) + key);
const orderRef = ({ owner, updated_at, id }: Conversation) =>
  documentRef("conversation_order", `${ofOwner(owner)}${updated_at}/${id}`);

export const readConversation = (view: DecisionView, owner: Owner, id: string) =>
  view.get(conversationRef(owner, id));
export const readMessage = (view: DecisionView, owner: Owner, id: string) =>
  view.get(messageRef(owner, id));

/** The user document of the owner, which must exist; none for a shared conversation. */
export const accountRefs = (owner: Owner): DocumentRef<"users">[] =>
  owner === null ? [] : [documentRef("users", owner)];

/** Whether the owner's account was erased. Its access tokens stay valid for a short time, and must not create data. */
export const isOrphan = (view: DecisionView, owner: Owner): boolean =>
  accountRefs(owner).some((ref) => view.get(ref) === undefined);

/** Stores a conversation, and its place in the owner's order. */
export function putConversation(next: Conversation, before: Conversation | undefined): Change[] {
  const moved = before?.updated_at !== next.updated_at;
  return [
    put(conversationRef(next.owner, next.id), next),
    ...(before && moved ? [remove(orderRef(before))] : []),
    ...(moved ? [put(orderRef(next), { conversation_id: next.id })] : []),
  ];
}

/** Deletes a conversation and its messages. Leases are ended by `dropPendingMessages`. */
export function removeConversation(conversation: Conversation): Change[] {
  const { owner, id, message_count } = conversation;
  const messages = Array.from({ length: message_count }, (_, n) => messageId(id, n));
  return [
    ...messages.map((one) => remove(messageRef(owner, one))),
    remove(orderRef(conversation)),
    remove(conversationRef(owner, id)),
  ];
}

export const putMessage = (message: Message): Change =>
  put(messageRef(message.owner, message.id), message);

export function putLease(
  { owner, id }: Message,
  until: string,
  reservation: Reservation | null | undefined,
): Change {
  const lease: MessageLease = { owner, message_id: id, expires_at: until, reservation };
  return put(leaseRef(owner, id), lease);
}
export const removeLease = ({ owner, id }: Message): Change => remove(leaseRef(owner, id));
export const readLease = (view: DecisionView, owner: Owner, id: string) =>
  view.get(leaseRef(owner, id));

export const putIdempotencyKey = (key: IdempotencyKey): Change =>
  put(idempotencyKeyRef(key.owner, key.key), key);
export const readIdempotencyKey = (view: DecisionView, owner: Owner, key: string) =>
  view.get(idempotencyKeyRef(owner, key));

/** UTF-8 bytes of a message's content and tool calls, as JSON. */
export const bytesOf = (message: {
  content: MessageContent;
  tool_calls?: Message["tool_calls"];
}): number =>
  Buffer.byteLength(JSON.stringify(message.content)) +
  (message.tool_calls ? Buffer.byteLength(JSON.stringify(message.tool_calls)) : 0);

export const NO_CONVERSATION = "there is no such conversation";
export const NO_MESSAGE = "there is no such message";
export const ORPHANED = "the account is gone";

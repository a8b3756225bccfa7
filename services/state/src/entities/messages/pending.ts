import type { Message } from "@vega/contracts";
import { readMessageId } from "@vega/contracts";
import type { MessageLease } from "../../store/collections.ts";
import type { Change } from "../../store/store.ts";
import { put, remove } from "../../store/document-ref.ts";
import { after } from "../../log/view-after.ts";
import type { DecisionView } from "../../log/decision.ts";
import type { DocumentRef } from "../../store/document-ref.ts";
import { settle } from "../usage/charge.ts";
import { settleRefs } from "../usage/documents.ts";
import { plus } from "../usage/totals.ts";
import {
  conversationRef,
  leaseRef,
  messageRef,
  putMessage,
  readConversation,
  readMessage,
  removeLease,
} from "../conversations/documents.ts";

/* The end of streaming messages: the lease is deleted, and the usage is counted. */

/** The documents that are read to end streaming messages. */
export const pendingMessageRefs = (leases: readonly MessageLease[]): DocumentRef[] =>
  leases.flatMap(({ owner, message_id, reservation }) => [
    messageRef(owner, message_id),
    leaseRef(owner, message_id),
    conversationRef(owner, readMessageId(message_id).conversation_id),
    ...(reservation ? settleRefs(owner, reservation) : []),
  ]);

/** @param lease undefined, or without a reservation: an older version started the message, and it is not counted */
export function completionChanges(
  view: DecisionView,
  ended: Message,
  lease: MessageLease | undefined,
): Change[] {
  const gone = [putMessage(ended), removeLease(ended)];
  const reservation = lease?.reservation;
  if (!reservation) return gone;
  const { took, changes } = settle(view, ended, reservation);
  const conversation = readConversation(view, ended.owner, ended.conversation_id);
  if (!conversation) return [...gone, ...changes];
  const usage = conversation.usage ? plus(conversation.usage, took) : took;
  const next = { ...conversation, usage };
  return [...gone, ...changes, put(conversationRef(ended.owner, conversation.id), next)];
}

/**
 * Ends streaming messages that are being deleted. The command lists `pendingMessageRefs` in its reads.
 * @param isErasure the owner is erased too, so only system-wide usage is counted
 */
export function dropPendingMessages(
  view: DecisionView,
  leases: readonly MessageLease[],
  isErasure: boolean,
): Change[] {
  let seen = view;
  const all: Change[] = [];
  for (const { owner, message_id } of leases) {
    const lease = view.get(leaseRef(owner, message_id));
    const message = readMessage(view, owner, message_id);
    // The message has ended since the search.
    if (!lease) continue;
    const changes: Change[] = [remove(leaseRef(owner, message_id))];
    if (message && lease.reservation) {
      const broken: Message = { ...message, status: "truncated" };
      changes.push(...settle(seen, broken, lease.reservation, { isErasure }).changes);
    }
    seen = after(seen, changes);
    all.push(...changes);
  }
  return all;
}

import type { Conversation } from "@vega/contracts";
import { conversations } from "@vega/contracts";
import type { z } from "zod";
import { subjectOf } from "../../store/document-ref.ts";
import type { MessageLease } from "../../store/collections.ts";
import type { Command, Decision, NewEvent } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { isCurrent } from "./branch.ts";
import type { Owner } from "./documents.ts";
import {
  accountRefs,
  conversationRef,
  isOrphan,
  NO_CONVERSATION,
  ORPHANED,
  putConversation,
  readConversation,
  removeConversation,
} from "./documents.ts";
import type { ConversationLimits } from "./limits.ts";
import { dropPendingMessages, pendingMessageRefs } from "../messages/pending.ts";

/** A conversation without messages. */
export const freshConversation = (
  { owner, id, title }: { owner: Owner; id: string; title: string },
  now: string,
): Conversation => ({
  id,
  owner,
  title,
  created_at: now,
  updated_at: now,
  message_count: 0,
  forked_from: null,
  summary: null,
});

/** The event of a created conversation. @param sideChanges its documents; none where a later event carries them. */
export function created(made: Conversation, sideChanges: NewEvent["sideChanges"]): NewEvent {
  const { id, owner, forked_from } = made;
  const data = { conversation_id: id, owner, forked_from, messages: made.message_count };
  return event(
    conversations.events.created,
    subjectOf(conversationRef(owner, id)),
    data,
    sideChanges,
  );
}

/** Counts characters as Unicode code points: an emoji is one. */
export function titleProblem(
  title: string,
  limits: ConversationLimits,
): Decision<never> | undefined {
  if (Array.from(title).length <= limits.title) return undefined;
  return refuse("limit_exceeded", `a title may have at most ${limits.title} characters`, [
    { path: "/title", message: "make it shorter" },
  ]);
}

export function decideCreateConversation(
  {
    owner,
    title,
    conversation_id: id,
  }: z.output<typeof conversations.requests.create.input> & { conversation_id: string },
  limits: ConversationLimits,
): Command<Conversation> {
  return {
    reads: [...accountRefs(owner), conversationRef(owner, id)],
    decide(view, now) {
      const fault = titleProblem(title, limits);
      if (fault) return fault;
      if (isOrphan(view, owner)) return refuse("unauthorized", ORPHANED);
      const known = readConversation(view, owner, id);
      if (known) return accept([], known);
      const made = freshConversation({ owner, id, title }, now);
      return accept([created(made, putConversation(made, undefined))], made);
    },
  };
}

export function decideRenameConversation(
  owner: Owner,
  id: string,
  title: string,
  limits: ConversationLimits,
): Command<Conversation> {
  return {
    reads: [conversationRef(owner, id)],
    decide(view, now) {
      const fault = titleProblem(title, limits);
      if (fault) return fault;
      const known = readConversation(view, owner, id);
      if (!known) return refuse("not_found", NO_CONVERSATION);
      if (known.title === title) return accept([], known);
      const next = { ...known, title, updated_at: now };
      const subject = subjectOf(conversationRef(owner, id));
      const data = { conversation_id: id, owner };
      return accept(
        [event(conversations.events.renamed, subject, data, putConversation(next, known))],
        next,
      );
    },
  };
}

export function decideSummarizeConversation(
  {
    owner,
    conversation_id: id,
    text,
    up_to_message,
  }: z.output<typeof conversations.requests.summarize.input>,
  limits: ConversationLimits,
): Command<Conversation> {
  return {
    reads: [conversationRef(owner, id)],
    decide(view) {
      const known = readConversation(view, owner, id);
      if (!known) return refuse("not_found", NO_CONVERSATION);
      if (!isCurrent(known, up_to_message)) {
        return refuse("invalid", `${up_to_message} is no message of the current branch`);
      }
      if (Buffer.byteLength(text) > limits.messageBytes) {
        return refuse("too_large", `a summary may have at most ${limits.messageBytes} bytes`);
      }
      // Without a new message the conversation keeps its place in the list.
      const next: Conversation = { ...known, summary: { text, up_to_message } };
      const subject = subjectOf(conversationRef(owner, id));
      const data = { conversation_id: id, owner, up_to_message };
      return accept(
        [event(conversations.events.summarized, subject, data, putConversation(next, known))],
        next,
      );
    },
  };
}

/**
 * Deletes a conversation as it was read; `conflict` where messages were added since.
 * @param leases of its streaming messages
 */
export function decideDeleteConversation(
  { owner, id, message_count }: Pick<Conversation, "owner" | "id" | "message_count">,
  leases: readonly MessageLease[],
): Command<null> {
  return {
    reads: [conversationRef(owner, id), ...pendingMessageRefs(leases)],
    decide(view) {
      const known = readConversation(view, owner, id);
      if (!known) return refuse("not_found", NO_CONVERSATION);
      if (known.message_count !== message_count) {
        return refuse("conflict", "a message was added at the same time; try again");
      }
      const subject = subjectOf(conversationRef(owner, id));
      const data = { conversation_id: id, owner, messages: known.message_count };
      const changes = [...dropPendingMessages(view, leases, false), ...removeConversation(known)];
      return accept([event(conversations.events.deleted, subject, data, changes)], null);
    },
  };
}

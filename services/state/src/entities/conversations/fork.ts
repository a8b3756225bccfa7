import type { Conversation, Message } from "@vega/contracts";
import { messageId } from "@vega/contracts";
import type { Command } from "../../log/decision.ts";
import { accept, refuse } from "../../log/decision.ts";
import { created, freshConversation, titleProblem } from "./commands.ts";
import type { Owner } from "./documents.ts";
import {
  accountRefs,
  conversationRef,
  isOrphan,
  NO_CONVERSATION,
  ORPHANED,
  putConversation,
  putMessage,
  readConversation,
} from "./documents.ts";
import type { ConversationLimits } from "./limits.ts";

/**
 * Creates a conversation with copies of the first messages of another.
 * @param fork.messages the path to the last copied one, oldest first, as read before: a message that has ended never
 * changes, and a streaming one is refused.
 */
export function decideForkConversation(
  fork: {
    readonly owner: Owner;
    readonly from: string;
    readonly id: string;
    /** Default that of the other. */
    readonly title: string | undefined;
    readonly messages: readonly Message[];
  },
  limits: ConversationLimits,
): Command<Conversation> {
  const { owner, from, id, title, messages } = fork;
  return {
    reads: [...accountRefs(owner), conversationRef(owner, from)],
    decide(view, now) {
      const fault = title === undefined ? undefined : titleProblem(title, limits);
      if (fault) return fault;
      if (isOrphan(view, owner)) return refuse("unauthorized", ORPHANED);
      const source = readConversation(view, owner, from);
      const last = messages.at(-1);
      if (!source || !last) return refuse("not_found", NO_CONVERSATION);
      if (messages.some(({ status }) => status === "streaming")) {
        return refuse("conflict", "a message on this path is still streaming; wait for its end");
      }
      // A summary that covers messages beyond the copied ones is dropped.
      const covered = messages.findIndex(({ id: one }) => one === source.summary?.up_to_message);
      const summary =
        covered >= 0 && source.summary
          ? { ...source.summary, up_to_message: messageId(id, covered) }
          : null;
      const made: Conversation = {
        ...freshConversation({ owner, id, title: title ?? source.title }, now),
        message_count: messages.length,
        forked_from: { conversation_id: from, message_id: last.id },
        summary,
      };
      const copies = messages.map((message, position) =>
        putMessage({ ...message, id: messageId(id, position), conversation_id: id, position }),
      );
      return accept([created(made, [...putConversation(made, undefined), ...copies])], made);
    },
  };
}

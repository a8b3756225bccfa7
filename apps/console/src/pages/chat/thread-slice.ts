import type { MessagesView, MessageView } from "@vega/contracts/messages/apply";
import { applyMessages, withAhead } from "@vega/contracts/messages/apply";
import type { Slice } from "../../store/slice.ts";
import { createSlice } from "../../store/slice.ts";

/** Newest messages that are loaded at once; earlier ones on demand. */
export const THREAD_PAGE = 200;

interface Body {
  readonly messages: readonly MessageView[];
  readonly next_cursor: string | null;
}

export interface Thread extends MessagesView {
  /** Null: the first message is among them. */
  readonly earlier: string | null;
}

/** The text that a tab has received beyond what is stored survives a reload of the messages. */
export function keepAhead(loaded: Thread, previous: Thread | undefined): Thread {
  const known = new Map(previous?.messages.map((message) => [message.id, message]));
  const messages = loaded.messages.map((message) => {
    const before = known.get(message.id);
    if (!before || message.status !== "streaming") return message;
    if (before.ahead) return withAhead(message, before.ahead);
    // Deltas come ten times a second, the stored text twice.
    const [stored, shown] = [message.content, before.content];
    const isFurther =
      typeof stored === "string" && typeof shown === "string" && shown.startsWith(stored);
    return isFurther ? { ...message, content: shown } : message;
  });
  return { ...loaded, messages };
}

/** The messages of a conversation, with answers as they arrive. */
export const createThread = (id: string): Slice<Thread> =>
  createSlice<Thread>({
    path: `/api/conversations/${id}/messages?order=desc&limit=${THREAD_PAGE}`,
    read: ({ messages, next_cursor }: Body) => ({
      conversation_id: id,
      messages: messages.toReversed(),
      earlier: next_cursor,
    }),
    apply: (view, event) => {
      const next = applyMessages(view, event);
      return next === null || next === view ? (next as Thread | null) : { ...view, ...next };
    },
    merge: keepAhead,
    looksBack: false,
  });

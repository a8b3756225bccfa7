import type { SseEvent } from "../define/apply.ts";
import type { Message } from "./documents.ts";

/** Text that a client received before the text that precedes it. */
interface Ahead {
  /** Position in the whole text, in UTF-16 code units. */
  readonly offset: number;
  readonly text: string;
}

/** A message in GET /api/conversations/:id/messages. */
export interface MessageView extends Omit<Message, "owner"> {
  readonly ahead?: Ahead;
}

/** Messages of one conversation, in order. */
export interface MessagesView {
  readonly conversation_id: string;
  readonly messages: readonly MessageView[];
}

interface OfMessage extends SseEvent {
  readonly conversation_id: string;
  readonly message_id: string;
  readonly offset: number;
  readonly text: string;
  readonly text_length: number;
}

const RELOADING = new Set(["message_started", "message_appended", "message_completed"]);

const isText = (content: MessageView["content"]): content is string => typeof content === "string";

const textOf = ({ content }: MessageView): string => (isText(content) ? content : "");

/** Adds a delta: an overlap is written over, and what lies beyond a gap waits in `ahead`. */
export function addDelta(message: MessageView, { offset, text }: Ahead): MessageView {
  const known = textOf(message);
  if (offset <= known.length) {
    // Offset 0 starts the answer again; elsewhere the longer text is the newer one.
    const whole = known.slice(0, offset) + text;
    if (offset > 0 && whole.length < known.length) return message;
    return { ...message, content: whole };
  }
  const { ahead } = message;
  const follows = ahead && offset === ahead.offset + ahead.text.length;
  return {
    ...message,
    ahead: follows ? { ...ahead, text: ahead.text + text } : { offset, text },
  };
}

/** A message as loaded, with the text that was received meanwhile. */
export function withAhead(loaded: MessageView, ahead: Ahead | undefined): MessageView {
  if (!ahead || loaded.status !== "streaming") return loaded;
  const { offset, text } = ahead;
  if (offset > textOf(loaded).length) return { ...loaded, ahead };
  return addDelta(loaded, { offset, text });
}

/**
 * Folds the events of a conversation. Events of the log have no text: they need a reload, `message_delta` does not.
 * After a gap, which a client has that comes in during an answer, the reload waits for `message_progressed`: from then
 * on the stored text reaches the received one.
 */
export function applyMessages(view: MessagesView, event: SseEvent): MessagesView | null {
  const of = event as OfMessage;
  if (of.conversation_id !== view.conversation_id) return view;
  if (RELOADING.has(event.type)) return null;
  const index = view.messages.findLastIndex(({ id }) => id === of.message_id);
  const message = view.messages[index];
  if (event.type === "message_progressed") {
    const { ahead } = message ?? {};
    return ahead && of.text_length >= ahead.offset ? null : view;
  }
  if (event.type !== "message_delta") return view;
  if (!message) return null;
  if (message.status !== "streaming") return view;
  return { ...view, messages: view.messages.with(index, addDelta(message, of)) };
}

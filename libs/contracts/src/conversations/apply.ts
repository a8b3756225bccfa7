import type { SseEvent } from "../define/apply.ts";
import type { Conversation } from "./documents.ts";

/** A conversation in GET /api/conversations. */
export type ConversationView = Omit<Conversation, "owner">;

/** The response of GET /api/conversations: most recently used first. */
export interface ConversationsView {
  readonly conversations: readonly ConversationView[];
  readonly next_cursor: string | null;
}

interface OfConversation extends SseEvent {
  readonly conversation_id: string;
  readonly change?: string;
}

const USES = new Set(["message_started", "message_appended", "message_completed"]);

/** Folds changes of conversations, and messages, which move theirs to the front. */
export function applyConversations(
  view: ConversationsView,
  event: SseEvent,
): ConversationsView | null {
  const { conversation_id: id, change } = event as OfConversation;
  if (event.type === "conversation_changed") {
    if (change !== "deleted") return null;
    return { ...view, conversations: view.conversations.filter((one) => one.id !== id) };
  }
  if (!USES.has(event.type)) return view;
  const used = view.conversations.find((one) => one.id === id);
  if (!used) return null;
  const rest = view.conversations.filter((one) => one.id !== id);
  const front = { ...used, updated_at: event.time ?? used.updated_at };
  return { ...view, conversations: [front, ...rest] };
}

/** How much a conversation may hold. */
export interface ConversationLimits {
  /** UTF-8 bytes of a message's content and calls of tools as JSON; of a summary as well. */
  readonly messageBytes: number;
  readonly messages: number;
  /** Turns that started from an earlier message: every read of the conversation carries the list of them. */
  readonly branches: number;
  /** Characters of a title. */
  readonly title: number;
  /** Bytes of messages that one fork copies: it is one commit. */
  readonly forkBytes: number;
}

export const CONVERSATION_LIMITS: ConversationLimits = {
  messageBytes: 1024 * 1024,
  messages: 10_000,
  branches: 1_000,
  title: 200,
  forkBytes: 16 * 1024 * 1024,
};

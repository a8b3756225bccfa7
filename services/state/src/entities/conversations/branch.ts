import type { Conversation } from "@vega/contracts";
import { currentPath, isOnPath, readMessageId } from "@vega/contracts";
import type { Decision } from "../../log/decision.ts";
import { accept, refuse } from "../../log/decision.ts";
import type { ConversationLimits } from "./limits.ts";

/** Whether a message of this id is on a conversation's current branch. */
export function isCurrent(conversation: Conversation, message_id: string): boolean {
  const { conversation_id, position } = readMessageId(message_id);
  return conversation_id === conversation.id && isOnPath(currentPath(conversation), position);
}

/**
 * The conversation with the branch that a turn begins by starting from an earlier message. Messages after that one stay,
 * on a replaced branch.
 * @param follows id of that message; null: the beginning; undefined: the newest message, so there is no branch
 */
export function branchFrom(
  conversation: Conversation,
  follows: string | null | undefined,
  limits: ConversationLimits,
): Decision<Conversation> {
  if (follows === undefined) return accept([], conversation);
  if (follows !== null && !isCurrent(conversation, follows)) {
    return refuse("conflict", `${follows} is not on the conversation's current branch; try again`);
  }
  const at = conversation.message_count;
  const after = follows === null ? null : readMessageId(follows).position;
  if (after === at - 1 || (after === null && at === 0)) return accept([], conversation);
  const branches = [...(conversation.branches ?? []), { at, after }];
  if (branches.length > limits.branches) {
    return refuse(
      "limit_exceeded",
      `a conversation may have at most ${limits.branches} branches; fork it or begin another`,
    );
  }
  const next = { ...conversation, branches };
  const { summary } = conversation;
  // A summary that covers replaced messages does not fit the current branch.
  const isCovering =
    summary !== null && after !== null && readMessageId(summary.up_to_message).position <= after;
  return accept([], isCovering ? next : { ...next, summary: null });
}

import type { Conversation, Message } from "@vega/contracts";
import { currentPath, isOnPath, pathLength, readMessageId } from "@vega/contracts";
import type { Storage } from "./storage.ts";

/** Bytes of messages that are read for one prompt: beyond that no model's window goes. */
const MAX_BYTES = 8 * 1024 * 1024;

/** A conversation's current branch, as far as a prompt needs it. */
export interface History {
  readonly conversation: Conversation;
  /** The oldest first. */
  readonly messages: readonly Message[];
  /** System prompts that the conversation begins with, where they are not among the messages. */
  readonly pinned: readonly Message[];
  /** Messages of the branch that are in neither. */
  readonly unread: number;
}

/** Position of the last message that the summary stands for; -1 without one. */
export const coveredTo = ({ summary }: Pick<Conversation, "summary">): number =>
  summary ? readMessageId(summary.up_to_message).position : -1;

/**
 * Reads a conversation as it is at its first page: other turns may add messages meanwhile. Throws VegaError `not_found`.
 * @param isWhole to its beginning; else what its summary stands for is not read, but for the question of the turn that
 * the summary ends in
 */
export async function readHistory(
  storage: Pick<Storage, "read" | "readFirst">,
  owner: string | null,
  id: string,
  isWhole: boolean,
): Promise<History> {
  const newestFirst: Message[] = [];
  let bytes = 0;
  let first: Conversation | undefined;
  for (let cursor: number | null = null; ;) {
    const page: Awaited<ReturnType<Storage["read"]>> = await storage.read(owner, id, cursor);
    const { messages, next_cursor } = page;
    const conversation = (first ??= page.conversation);
    const path = currentPath(conversation);
    for (const message of messages) {
      if (!isOnPath(path, message.position)) continue;
      bytes += JSON.stringify(message.content).length;
      const isCovered = message.position <= coveredTo(conversation);
      const isEnough = !isWhole && isCovered && newestFirst.at(-1)?.role === "user";
      if (isEnough || bytes > MAX_BYTES) {
        const pinned = leadOf(await storage.readFirst(owner, id), message.position);
        const unread = pathLength(path) - newestFirst.length - pinned.length;
        return { conversation, messages: newestFirst.toReversed(), pinned, unread };
      }
      newestFirst.push(message);
    }
    if (next_cursor === null) {
      return { conversation, messages: newestFirst.toReversed(), pinned: [], unread: 0 };
    }
    cursor = next_cursor;
  }
}

/** System prompts that a conversation begins with, up to a position. */
function leadOf(start: readonly Message[], last: number): Message[] {
  const end = start.findIndex(({ role, position }) => role !== "system" || position > last);
  return end < 0 ? [...start] : start.slice(0, end);
}

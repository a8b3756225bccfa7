import type { Conversation, Message } from "@vega/contracts";
import { currentPath, isOnPath, pathLength, readMessageId } from "@vega/contracts";
import type { Storage } from "./storage.ts";

/** Maximum characters read for one prompt: more than any context window. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The part of a conversation's current branch that a prompt needs. */
export interface History {
  readonly conversation: Conversation;
  /** The oldest first. */
  readonly messages: readonly Message[];
  /** System prompts at the start of the conversation, if not among the messages. */
  readonly pinned: readonly Message[];
  /** Number of messages of the branch that were not read. */
  readonly unread: number;
}

/** Position of the last summarized message; -1 without a summary. */
export const coveredTo = ({ summary }: Pick<Conversation, "summary">): number =>
  summary ? readMessageId(summary.up_to_message).position : -1;

/**
 * Reads a conversation as of its first page: other turns may append messages meanwhile. Throws VegaError `not_found`.
 * @param isWhole read to the start; otherwise summarized messages are not read, except for the question of the turn in
 * which the summary ends
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

/** System prompts at the start of a conversation, up to a position. */
function leadOf(start: readonly Message[], last: number): Message[] {
  const end = start.findIndex(({ role, position }) => role !== "system" || position > last);
  return end < 0 ? [...start] : start.slice(0, end);
}

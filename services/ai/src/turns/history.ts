import type { Conversation, JsonObject, Message } from "@vega/contracts";
import { isDeepStrictEqual } from "node:util";
import { fromStored, toStored } from "./request.ts";
import type { Storage } from "./storage.ts";

/** Bytes of messages that are read for one prompt: beyond that no model's window goes. */
const MAX_BYTES = 8 * 1024 * 1024;

/** A conversation as far as a prompt may need it. */
export interface History {
  readonly conversation: Conversation;
  /** The oldest first; from the message after the summary's last one, where there is a summary. */
  readonly messages: readonly Message[];
}

/** Throws VegaError `not_found`. */
export async function readHistory(
  storage: Pick<Storage, "read">,
  owner: string | null,
  id: string,
): Promise<History> {
  const newestFirst: Message[] = [];
  let bytes = 0;
  for (let cursor: number | null = null; ;) {
    const page: Awaited<ReturnType<Storage["read"]>> = await storage.read(owner, id, cursor);
    const { conversation, messages, next_cursor } = page;
    const covered = conversation.summary?.up_to_message;
    for (const message of messages) {
      bytes += JSON.stringify(message.content).length;
      if (message.id === covered || bytes > MAX_BYTES) {
        return { conversation, messages: newestFirst.toReversed() };
      }
      newestFirst.push(message);
    }
    if (next_cursor === null) return { conversation, messages: newestFirst.toReversed() };
    cursor = next_cursor;
  }
}

/** What models are shown of a history: answers that came to nothing are left out. */
export const toPrompt = (messages: readonly Message[]): { id: string; said: JsonObject }[] =>
  messages
    .filter(
      ({ role, content, tool_calls, status }) =>
        role !== "assistant" ||
        (status !== "streaming" && ((content ?? "") !== "" || (tool_calls?.length ?? 0) > 0)),
    )
    .map((message) => ({ id: message.id, said: fromStored(message) }));

/**
 * What of a request's messages is new to a conversation: clients that keep a list of their own send all of it every
 * time, and those that rely on the conversation send what comes next.
 */
export function newMessages(
  known: readonly JsonObject[],
  asked: readonly JsonObject[],
): readonly JsonObject[] {
  if (known.length === 0 || asked.length <= known.length) return asked;
  const isKnown = known.every((message, at) => {
    const given = asked[at];
    return given && isDeepStrictEqual(fromStored(toStored(given)), message);
  });
  return isKnown ? asked.slice(known.length) : asked;
}

import type { Conversation, JsonObject, Message } from "@vega/contracts";
import { isDeepStrictEqual } from "node:util";
import { fromStored, isKeptWhole, toStored } from "./request.ts";
import type { Storage } from "./storage.ts";

/** Bytes of messages that are read for one prompt: beyond that no model's window goes. */
const MAX_BYTES = 8 * 1024 * 1024;

/** A conversation as far as a prompt may need it. */
export interface History {
  readonly conversation: Conversation;
  /** The oldest first; from the message after the summary's last one, where there is a summary. */
  readonly messages: readonly Message[];
  /** System prompts that it begins with, where they are not among those: however long it is, they go before a model. */
  readonly pinned: readonly Message[];
}

/**
 * As it was when its first page was read: the turns of others go on meanwhile, and what is not counted yet would make
 * what lies before the messages come out wrong, even below nothing. Throws VegaError `not_found`.
 */
export async function readHistory(
  storage: Pick<Storage, "read" | "readFirst">,
  owner: string | null,
  id: string,
): Promise<History> {
  const newestFirst: Message[] = [];
  let bytes = 0;
  let first: Conversation | undefined;
  for (let cursor: number | null = null; ;) {
    const page: Awaited<ReturnType<Storage["read"]>> = await storage.read(owner, id, cursor);
    const { messages, next_cursor } = page;
    const conversation = (first ??= page.conversation);
    const covered = conversation.summary?.up_to_message;
    for (const message of messages) {
      if (message.position >= conversation.message_count) continue;
      bytes += JSON.stringify(message.content).length;
      if (message.id === covered || bytes > MAX_BYTES) {
        const start = await storage.readFirst(owner, id);
        const end = start.findIndex(({ role }) => role !== "system");
        const pinned = end < 0 ? start : start.slice(0, end);
        return { conversation, messages: newestFirst.toReversed(), pinned };
      }
      newestFirst.push(message);
    }
    if (next_cursor === null) {
      return { conversation, messages: newestFirst.toReversed(), pinned: [] };
    }
    cursor = next_cursor;
  }
}

/**
 * What models are shown of a history: answers that came to nothing are left out, and so are calls of those that broke
 * off: nobody has answered them, and providers refuse what goes on after such. Of one that broke off and was made again
 * only the later one is shown.
 */
export function toPrompt(messages: readonly Message[]): { id: string; said: JsonObject }[] {
  const shown = messages.flatMap((message) => {
    const { id, role, content, tool_calls, status } = message;
    if (role !== "assistant") return [{ id, status, said: fromStored(message) }];
    const calls = status === "complete" ? (tool_calls ?? []) : [];
    if (status === "streaming" || ((content ?? "") === "" && calls.length === 0)) return [];
    const said = fromStored({ ...message, tool_calls: calls.length > 0 ? calls : null });
    return [{ id, status, said }];
  });
  return shown.flatMap(({ id, status, said }, at) => {
    const isMadeAgain = status !== "complete" && shown[at + 1]?.said.role === "assistant";
    return isMadeAgain && said.role === "assistant" ? [] : [{ id, said }];
  });
}

/**
 * Takes out calls of tools that nobody has answered, and answers to some of them: providers refuse whatever goes on
 * after such. Those at the end may be answered by what is asked now.
 */
export function withoutOpenCalls(
  known: ReturnType<typeof toPrompt>,
  asked: readonly JsonObject[],
): ReturnType<typeof toPrompt> {
  const all = [...known.map(({ said }) => said), ...asked];
  const dropped = new Set<number>();
  const bare = new Set<number>();
  known.forEach(({ said: { tool_calls, content } }, at) => {
    if (!Array.isArray(tool_calls)) return;
    const next = all.findIndex(({ role }, later) => later > at && role !== "tool");
    const answers = all.slice(at + 1, next < 0 ? all.length : next);
    const answered = new Set(answers.map(({ tool_call_id }) => tool_call_id));
    if (tool_calls.every((call) => answered.has((call as JsonObject).id ?? null))) return;
    bare.add(at);
    if ((content ?? "") === "") dropped.add(at);
    answers.forEach((_, behind) => dropped.add(at + 1 + behind));
  });
  return known.flatMap((one, at) => {
    if (dropped.has(at)) return [];
    if (!bare.has(at)) return [one];
    const { tool_calls: _, ...said } = one.said;
    return [{ id: one.id, said }];
  });
}

/**
 * What is known of a conversation when a request's messages come, and what of these is new to it. Who asks again what
 * was answered in part only, as after a stop, wants another answer: what broke off is not shown then.
 */
export function splitAsked(
  history: Pick<History, "conversation" | "messages"> | undefined,
  asked: readonly JsonObject[],
): { readonly known: ReturnType<typeof toPrompt>; readonly fresh: readonly JsonObject[] } {
  const messages = history?.messages ?? [];
  const isWhole = history?.conversation.message_count === messages.length;
  const split = (known: ReturnType<typeof toPrompt>) => ({
    known,
    fresh: newMessages(
      known.map(({ said }) => said),
      asked,
      isWhole,
    ),
  });
  const all = split(toPrompt(messages));
  const last = messages.findLastIndex(
    ({ role, status }) => role !== "assistant" || status === "complete",
  );
  const unbroken = toPrompt(messages.slice(0, last + 1));
  if (unbroken.length === all.known.length) return all;
  const again = split(unbroken);
  return again.fresh.length < all.fresh.length ? again : all;
}

/**
 * What of a request's messages is new to a conversation: clients that keep a list of their own send all or the end of
 * it every time, and those that rely on the conversation send what comes next. Who asks again what has got no answer,
 * as after a failure, says nothing new.
 * @param known as models are shown them
 * @param isWhole whether `known` begins where the conversation does
 */
export function newMessages(
  known: readonly JsonObject[],
  asked: readonly JsonObject[],
  isWhole: boolean,
): readonly JsonObject[] {
  const had = known.map(comparable);
  const given = asked.map(comparable);
  const isKnown = (at: number) => had.some((one) => isDeepStrictEqual(one, given[at]));
  const mayBeAll = given.at(-1)?.role !== "assistant";
  // What is known may end behind any of them; the most that can be known counts.
  for (let end = mayBeAll ? asked.length : asked.length - 1; end > 0; end -= 1) {
    let same = 0;
    while (same < end && isDeepStrictEqual(had.at(-1 - same), given[end - 1 - same])) same += 1;
    const ahead = asked.slice(0, end - same);
    const rest = end < asked.length ? asked.slice(end) : notKept(asked);
    if (same === asked.length) return rest;
    if (same > 0 && same === had.length && (ahead.length === 0 || !isWhole)) return rest;
    // Only who keeps a list sends answers back. A system prompt that changes stands before it all the same.
    const isList = given.slice(end - same, end).some(({ role }) => role === "assistant");
    if (isList && ahead.every((_, at) => given[at]?.role === "system")) {
      return [...ahead.filter((_, at) => !isKnown(at)), ...rest];
    }
  }
  return asked;
}

/** What is asked again all the same: of a picture a note is kept, which no model could answer from. */
function notKept(asked: readonly JsonObject[]): readonly JsonObject[] {
  const answered = asked.findLastIndex(({ role }) => role === "assistant");
  const from = asked.findIndex((message, at) => at > answered && !isKeptWhole(message));
  return from < 0 ? [] : asked.slice(from);
}

/** A message without what clients write in their own way: texts as parts, no text at all, the JSON of arguments. */
function comparable(message: JsonObject) {
  const { role, content, tool_calls, tool_call_id } = toStored(message);
  const isText = Array.isArray(content) && content.every(({ type }) => type === "text");
  return {
    role,
    said: isText ? content.map(({ text }) => text as string).join("") : (content ?? ""),
    calls: (tool_calls ?? []).map(({ id, function: called }) => {
      const { name, arguments: given } = (called ?? {}) as JsonObject;
      return { id, name, given: typeof given === "string" ? parsed(given) : given };
    }),
    tool_call_id,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

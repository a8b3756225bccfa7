import type { JsonObject, Message } from "@vega/contracts";
import type { Alignment } from "./align.ts";
import { alignList, alignRepeated, mayBeList } from "./align.ts";
import { comparable, isSame } from "./comparable.ts";
import type { History } from "./history.ts";
import { isStoredInline } from "./request.ts";
import type { PromptMessage } from "./prompt-messages.ts";
import { isSystemMessage } from "../models/system-message.ts";
import { isEmptyCompletion, toPrompt } from "./prompt-messages.ts";

/** A request's messages merged with those of its conversation. */
export interface Merged {
  /** Messages of the conversation in the prompt. */
  readonly known: readonly PromptMessage[];
  /** Messages of the request that follow them in the prompt. */
  readonly fresh: readonly JsonObject[];
  /** Messages to store. */
  readonly added: readonly JsonObject[];
  /** Messages among `known` that the client sent with files, such as pictures, since the last completion. */
  readonly resent: readonly JsonObject[];
  /** Id of the message that the turn follows; null: the start of the conversation; undefined: the newest message. */
  readonly follows: string | null | undefined;
}

/** Whether a request may be a list of the conversation: aligning it takes the whole history. */
export const isList = (request: readonly JsonObject[]): boolean => mayBeList(dialogueOf(request));

/**
 * Clients send the next messages, or a list of the conversation or of its end. Where a list differs from the stored
 * messages, the client regenerates a completion or has edited a message: the list counts, and stored messages after that
 * point are not shown.
 */
export function merge(
  history: Pick<History, "messages" | "pinned" | "unread"> | undefined,
  request: readonly JsonObject[],
): Merged {
  const messages = [...(history?.pinned ?? []), ...(history?.messages ?? [])];
  const all = toPrompt(messages);
  const stored = all.flatMap(({ message, isPartial }, at) =>
    isSystemMessage(message) ? [] : [{ at, isPartial, ...comparable(message) }],
  );
  const given = dialogueOf(request);
  const isWhole = history?.unread === 0;
  const found = mayBeList(given)
    ? (alignList(stored, given, isWhole) ??
      (stored.length > 0 && hasAnswer(given) ? NOTHING : null))
    : null;
  const alignment = found ?? alignRepeated(stored, given);
  const end = alignment ? alignment.stored + alignment.run : stored.length;
  const kept = keptOf(all, stored, end, request);
  const rest = restOf(request, given, alignment);
  const pairs = pairsOf(stored, given, alignment);
  const known = alignment?.isFromStart
    ? inOrderOf(request.slice(0, rest), all, pairs)
    : kept.map((one, at) => withWhole(one, request[pairs.get(at) ?? -1]));
  const had = kept.flatMap(({ message }) =>
    isSystemMessage(message) ? [comparable(message)] : [],
  );
  const prompts = request.slice(0, rest).filter((message) => {
    if (!isSystemMessage(message)) return false;
    const prompt = comparable(message);
    return !had.some((one) => isSame({ ...one, isPartial: false }, prompt));
  });
  const added = resultsFirst(prompts, request.slice(rest));
  const unanswered = request.findLastIndex(({ role }) => role === "assistant") + 1;
  return {
    known,
    fresh: alignment?.isFromStart ? request.slice(rest) : added,
    added,
    resent: [...pairs.values()].flatMap((at) => {
      const message = request[at];
      return message && at >= unanswered && !isStoredInline(message) ? [message] : [];
    }),
    follows: followed(all, kept, added.length === 0, messages),
  };
}

/** A list that has no message of the conversation. */
const NOTHING: Alignment = { stored: 0, given: 0, run: 0, isFromStart: false };

/** The request's messages with their indexes, without system prompts and empty assistant messages. */
const dialogueOf = (request: readonly JsonObject[]) =>
  request.flatMap((message, at) => {
    if (isSystemMessage(message) || isEmptyCompletion(message)) return [];
    return [{ at, ...comparable(message) }];
  });

const hasAnswer = (given: ReturnType<typeof dialogueOf>): boolean =>
  given.slice(0, -1).some(({ role }) => role === "assistant");

type Stored = { readonly at: number };

/** The conversation's messages up to the point where the request differs. */
function keptOf(
  all: readonly PromptMessage[],
  stored: readonly Stored[],
  end: number,
  request: readonly JsonObject[],
): readonly PromptMessage[] {
  if (end === stored.length) return all;
  const last = stored[end - 1];
  if (last) return all.slice(0, last.at + 1);
  // At most the system prompts at the start are common.
  const differs = all.findIndex(({ message: prompt }, at) => {
    const message = request[at];
    if (!isSystemMessage(prompt) || !message) return true;
    return !isSame({ ...comparable(prompt), isPartial: false }, comparable(message));
  });
  return all.slice(0, differs);
}

/** Index of the first message that only the request has. */
function restOf(
  request: readonly JsonObject[],
  given: readonly Stored[],
  alignment: Alignment | undefined,
): number {
  const last = alignment && alignment.run > 0 && given[alignment.given + alignment.run - 1];
  if (last) return last.at + 1;
  const begins = request.findIndex((message) => !isSystemMessage(message));
  return begins < 0 ? request.length : begins;
}

/** Indexes in the request by the indexes of the same messages in the conversation. */
function pairsOf(
  stored: readonly Stored[],
  given: readonly Stored[],
  alignment: Alignment | undefined,
): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  for (let n = 0; alignment && n < alignment.run; n += 1) {
    const [one, other] = [stored[alignment.stored + n], given[alignment.given + n]];
    if (one && other) pairs.set(one.at, other.at);
  }
  return pairs;
}

/** The client's message where it has a file: the stored one has only its digest, or a note. */
const withWhole = (shown: PromptMessage, message: JsonObject | undefined): PromptMessage =>
  message && !isStoredInline(message) ? { ...shown, message } : shown;

/** A list from the start of the conversation is shown with its own system prompts. */
function inOrderOf(
  list: readonly JsonObject[],
  all: readonly PromptMessage[],
  pairs: ReadonlyMap<number, number>,
): PromptMessage[] {
  const places = new Map([...pairs].map(([one, other]) => [other, one]));
  return list.flatMap((message, at): PromptMessage[] => {
    const shown = all[places.get(at) ?? -1];
    if (shown) return [withWhole(shown, message)];
    if (isEmptyCompletion(message)) return [];
    return [{ id: undefined, position: undefined, isPartial: false, message }];
  });
}

/** Tool results must follow their calls directly. */
function resultsFirst(
  prompts: readonly JsonObject[],
  rest: readonly JsonObject[],
): readonly JsonObject[] {
  const end = rest.findIndex(({ role }) => role !== "tool");
  const results = end < 0 ? rest.length : end;
  return [...rest.slice(0, results), ...prompts, ...rest.slice(results)];
}

function followed(
  all: readonly PromptMessage[],
  kept: readonly PromptMessage[],
  isRepeated: boolean,
  messages: readonly Message[],
): string | null | undefined {
  const last = kept.at(-1)?.id ?? null;
  const dropped = all.slice(kept.length);
  // A repetition replaces an interrupted completion without a branch: see `toPrompt`.
  if (dropped.some(({ isPartial }) => !(isPartial && isRepeated))) return last;
  const at = messages.findIndex(({ id }) => id === last);
  const isUnderWay = messages.slice(at + 1).some(({ status }) => status === "streaming");
  return isRepeated && isUnderWay ? last : undefined;
}

import type { JsonObject, Message } from "@vega/contracts";
import type { Alignment } from "./align.ts";
import { alignList, alignRepeated, mayBeList } from "./align.ts";
import { comparable, isSame } from "./comparable.ts";
import type { History } from "./history.ts";
import { isKeptWhole } from "./request.ts";
import type { PromptMessage } from "./prompt-messages.ts";
import { isEmptyAnswer, isPrompt, toPrompt } from "./prompt-messages.ts";

/** A request's messages, put together with those of its conversation. */
export interface Merged {
  /** What goes before the model of what both have, or the conversation alone. */
  readonly known: readonly PromptMessage[];
  /** What goes before it after that: what only the request has. */
  readonly fresh: readonly JsonObject[];
  /** What is added to the conversation. */
  readonly added: readonly JsonObject[];
  /** Messages among `known` with more in them than is stored, such as pictures, that the model is to answer. */
  readonly resent: readonly JsonObject[];
  /** Id of the message that the turn starts from, null for the beginning; undefined: from the newest one. */
  readonly follows: string | null | undefined;
}

/** Whether a request's list can only be told from a continuation by the whole conversation. */
export const isList = (asked: readonly JsonObject[]): boolean => mayBeList(spokenOf(asked));

/**
 * Clients send what comes next, or a list of their own: all of the conversation, or its end. Where such a list parts from
 * what is stored, the client regenerates an answer or edited a message: what it sends counts, and what is stored after
 * that point is not shown.
 */
export function merge(
  history: Pick<History, "messages" | "pinned" | "unread"> | undefined,
  asked: readonly JsonObject[],
): Merged {
  const messages = [...(history?.pinned ?? []), ...(history?.messages ?? [])];
  const all = toPrompt(messages);
  const stored = all.flatMap(({ said, isPartial }, at) =>
    isPrompt(said) ? [] : [{ at, isPartial, ...comparable(said) }],
  );
  const given = spokenOf(asked);
  const isWhole = history?.unread === 0;
  const found = mayBeList(given)
    ? (alignList(stored, given, isWhole) ??
      (stored.length > 0 && hasAnswer(given) ? NOTHING : null))
    : null;
  const alignment = found ?? alignRepeated(stored, given);
  const end = alignment ? alignment.stored + alignment.run : stored.length;
  const kept = keptOf(all, stored, end, asked);
  const rest = restOf(asked, given, alignment);
  const pairs = pairsOf(stored, given, alignment);
  const known = alignment?.isFromStart
    ? inOrderOf(asked.slice(0, rest), all, pairs)
    : kept.map((one, at) => withWhole(one, asked[pairs.get(at) ?? -1]));
  const had = kept.flatMap(({ said }) => (isPrompt(said) ? [comparable(said)] : []));
  const prompts = asked.slice(0, rest).filter((message) => {
    if (!isPrompt(message)) return false;
    const prompt = comparable(message);
    return !had.some((one) => isSame({ ...one, isPartial: false }, prompt));
  });
  const added = resultsFirst(prompts, asked.slice(rest));
  const unanswered = asked.findLastIndex(({ role }) => role === "assistant") + 1;
  return {
    known,
    fresh: alignment?.isFromStart ? asked.slice(rest) : added,
    added,
    resent: [...pairs.values()].flatMap((at) => {
      const message = asked[at];
      return message && at >= unanswered && !isKeptWhole(message) ? [message] : [];
    }),
    follows: followed(all, kept, added.length === 0, messages),
  };
}

/** A list that shares nothing with the conversation. */
const NOTHING: Alignment = { stored: 0, given: 0, run: 0, isFromStart: false };

/** The request's messages but for system prompts and answers without content, with their places. */
const spokenOf = (asked: readonly JsonObject[]) =>
  asked.flatMap((message, at) => {
    if (isPrompt(message) || isEmptyAnswer(message)) return [];
    return [{ at, ...comparable(message) }];
  });

const hasAnswer = (given: ReturnType<typeof spokenOf>): boolean =>
  given.slice(0, -1).some(({ role }) => role === "assistant");

type Stored = { readonly at: number };

/** The conversation's messages up to where the request parts from it. */
function keptOf(
  all: readonly PromptMessage[],
  stored: readonly Stored[],
  end: number,
  asked: readonly JsonObject[],
): readonly PromptMessage[] {
  if (end === stored.length) return all;
  const last = stored[end - 1];
  if (last) return all.slice(0, last.at + 1);
  // Nothing is common but, maybe, the system prompts at the beginning.
  const parts = all.findIndex(({ said }, at) => {
    const message = asked[at];
    if (!isPrompt(said) || !message) return true;
    return !isSame({ ...comparable(said), isPartial: false }, comparable(message));
  });
  return all.slice(0, parts);
}

/** Where the part of a request begins that only the request has. */
function restOf(
  asked: readonly JsonObject[],
  given: readonly Stored[],
  alignment: Alignment | undefined,
): number {
  const last = alignment && alignment.run > 0 && given[alignment.given + alignment.run - 1];
  if (last) return last.at + 1;
  const begins = asked.findIndex((message) => !isPrompt(message));
  return begins < 0 ? asked.length : begins;
}

/** Places of the request's messages by those of the same messages in the conversation. */
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

/** Of a picture a note is stored, which no model could answer from. */
const withWhole = (shown: PromptMessage, message: JsonObject | undefined): PromptMessage =>
  message && !isKeptWhole(message) ? { ...shown, said: message } : shown;

/** A list from the beginning of the conversation is shown with its own system prompts. */
function inOrderOf(
  list: readonly JsonObject[],
  all: readonly PromptMessage[],
  pairs: ReadonlyMap<number, number>,
): PromptMessage[] {
  const places = new Map([...pairs].map(([one, other]) => [other, one]));
  return list.flatMap((message, at): PromptMessage[] => {
    const shown = all[places.get(at) ?? -1];
    if (shown) return [withWhole(shown, message)];
    if (isEmptyAnswer(message)) return [];
    return [{ id: undefined, position: undefined, isPartial: false, said: message }];
  });
}

/** Results of tools have to follow their calls at once. */
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
  // Another answer takes the place of one that broke off without a branch: see `toPrompt`.
  if (dropped.some(({ isPartial }) => !(isPartial && isRepeated))) return last;
  const at = messages.findIndex(({ id }) => id === last);
  const isUnderWay = messages.slice(at + 1).some(({ status }) => status === "streaming");
  return isRepeated && isUnderWay ? last : undefined;
}

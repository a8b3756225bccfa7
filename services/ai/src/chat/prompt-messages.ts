import { isSystemMessage } from "../models/system-message.ts";
import type { JsonObject, Message } from "@vega/contracts";
import { fromStored } from "./request.ts";

/* Messages of a conversation in the form for models. */

export interface PromptMessage {
  /** Id of the stored message; undefined for a system prompt that only the request has. */
  readonly id: string | undefined;
  /** Position in the conversation; undefined likewise. */
  readonly position: number | undefined;
  /** An interrupted completion. */
  readonly isPartial: boolean;
  readonly message: JsonObject;
}

/**
 * Leaves out empty assistant messages, tool calls of interrupted completions (providers refuse calls without results),
 * and interrupted completions that were retried.
 */
export function toPrompt(messages: readonly Message[]): PromptMessage[] {
  const shown = messages.flatMap((message): PromptMessage[] => {
    const { id, position, role, content, tool_calls, status } = message;
    if (role !== "assistant") {
      return [{ id, position, isPartial: false, message: fromStored(message) }];
    }
    const calls = status === "complete" ? (tool_calls ?? []) : [];
    if (status === "streaming" || isEmpty(content, calls)) return [];
    const shownMessage = fromStored({ ...message, tool_calls: calls.length > 0 ? calls : null });
    return [{ id, position, isPartial: status !== "complete", message: shownMessage }];
  });
  return shown.filter(
    ({ isPartial }, at) => !isPartial || shown[at + 1]?.message["role"] !== "assistant",
  );
}

const isEmpty = (content: unknown, calls: unknown): boolean =>
  ((content ?? "") === "" || (Array.isArray(content) && content.length === 0)) &&
  (!Array.isArray(calls) || calls.length === 0);

/** Whether a request's message is an empty assistant message; stored ones are left out, so none matches it. */
export const isEmptyCompletion = ({ role, content, tool_calls }: JsonObject): boolean =>
  role === "assistant" && isEmpty(content, tool_calls);

/**
 * Removes tool calls without all of their results, the results of such calls, and results without a call: providers
 * refuse all of them. Results of the last call may be in the request.
 */
export function withoutOpenCalls(
  known: readonly PromptMessage[],
  fresh: readonly JsonObject[],
): readonly PromptMessage[] {
  const all = [...known.map(({ message }) => message), ...fresh];
  const answered = new Set<number>();
  const open = new Set<number>();
  known.forEach(({ message: { tool_calls } }, at) => {
    if (!Array.isArray(tool_calls)) return;
    const next = all.findIndex(({ role }, later) => later > at && role !== "tool");
    const results = all.slice(at + 1, next < 0 ? all.length : next);
    const ids = tool_calls.map((call) => (call as JsonObject)["id"] ?? null);
    if (!ids.every((id) => results.some(({ tool_call_id }) => tool_call_id === id))) {
      open.add(at);
      return;
    }
    results.forEach(({ tool_call_id }, behind) => {
      if (ids.includes(tool_call_id ?? null)) answered.add(at + 1 + behind);
    });
  });
  return known.flatMap((one, at) => {
    if (one.message["role"] === "tool") return answered.has(at) ? [one] : [];
    if (!open.has(at)) return [one];
    const { tool_calls: _, ...message } = one.message;
    return isEmpty(message["content"], undefined) ? [] : [{ ...one, message }];
  });
}

export interface UncoveredHistory {
  /** System prompts at the start. */
  readonly lead: readonly PromptMessage[];
  readonly rest: readonly PromptMessage[];
  /** Number of summarized messages. */
  readonly hidden: number;
}

/**
 * Leaves out summarized messages. Where the summary ends within a turn, its question stays, and so does a tool call whose
 * results come later.
 * @param covered position of the last summarized message; below 0: no summary
 */
export function withoutCovered(
  known: readonly PromptMessage[],
  fresh: readonly JsonObject[],
  covered: number,
): UncoveredHistory {
  const firstOther = known.findIndex(({ message }) => !isSystemMessage(message));
  const lead = firstOther < 0 ? known.length : firstOther;
  const isCovered = ({ position }: PromptMessage) => position !== undefined && position <= covered;
  const all = [...known.map(({ message }) => message), ...fresh];
  let start = Math.max(lead, known.findLastIndex(isCovered) + 1);
  while (start > lead && all[start]?.["role"] === "tool") start -= 1;
  const first = all.find((message, at) => at >= start && !isSystemMessage(message));
  const isCut = first?.["role"] !== "user";
  const question = isCut
    ? known.findLastIndex(({ message }, at) => at < start && message["role"] === "user")
    : -1;
  const kept = question >= lead ? known.slice(question, question + 1) : [];
  return {
    lead: known.slice(0, lead),
    rest: [...kept, ...known.slice(start)],
    hidden: start - lead - kept.length,
  };
}

import type { JsonObject, Message } from "@vega/contracts";
import { fromStored } from "./request.ts";

/* The messages of a conversation in the form in which models see them. */

export interface PromptMessage {
  /** Of the stored message; undefined for a system prompt that only the request has. */
  readonly id: string | undefined;
  /** In the conversation; undefined likewise. */
  readonly position: number | undefined;
  /** Whether it is an answer that broke off. */
  readonly isPartial: boolean;
  readonly said: JsonObject;
}

/**
 * Leaves out answers without content, and the tool calls of answers that broke off: they have no results, and providers
 * refuse a conversation with such a call. Of an answer that broke off and was made again only the later one is shown.
 */
export function toPrompt(messages: readonly Message[]): PromptMessage[] {
  const shown = messages.flatMap((message): PromptMessage[] => {
    const { id, position, role, content, tool_calls, status } = message;
    if (role !== "assistant") {
      return [{ id, position, isPartial: false, said: fromStored(message) }];
    }
    const calls = status === "complete" ? (tool_calls ?? []) : [];
    if (status === "streaming" || isEmpty(content, calls)) return [];
    const said = fromStored({ ...message, tool_calls: calls.length > 0 ? calls : null });
    return [{ id, position, isPartial: status !== "complete", said }];
  });
  return shown.filter(
    ({ isPartial }, at) => !isPartial || shown[at + 1]?.said["role"] !== "assistant",
  );
}

/** Whether a message is a system prompt; newer models call it a developer's. */
export const isPrompt = ({ role }: JsonObject): boolean =>
  role === "system" || role === "developer";

const isEmpty = (content: unknown, calls: unknown): boolean =>
  ((content ?? "") === "" || (Array.isArray(content) && content.length === 0)) &&
  (!Array.isArray(calls) || calls.length === 0);

/** Whether a message of a request says nothing: models are not shown such answers, so no stored one matches it. */
export const isEmptyAnswer = ({ role, content, tool_calls }: JsonObject): boolean =>
  role === "assistant" && isEmpty(content, tool_calls);

/**
 * Takes out tool calls that lack a result, the results of such calls, and results without a call: providers refuse all
 * of them. Calls at the end may have their results in the request.
 */
export function withoutOpenCalls(
  known: readonly PromptMessage[],
  fresh: readonly JsonObject[],
): readonly PromptMessage[] {
  const all = [...known.map(({ said }) => said), ...fresh];
  const answered = new Set<number>();
  const open = new Set<number>();
  known.forEach(({ said: { tool_calls } }, at) => {
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
    if (one.said["role"] === "tool") return answered.has(at) ? [one] : [];
    if (!open.has(at)) return [one];
    const { tool_calls: _, ...said } = one.said;
    return isEmpty(said["content"], undefined) ? [] : [{ ...one, said }];
  });
}

export interface UncoveredHistory {
  /** System prompts at the beginning. */
  readonly lead: readonly PromptMessage[];
  readonly rest: readonly PromptMessage[];
  /** Messages that the summary stands for. */
  readonly hidden: number;
}

/**
 * Leaves out what a summary stands for. Where that ends within a turn, the turn's question stays, and so does a tool
 * call whose results come after it.
 * @param covered position of the summary's last message; below 0: there is no summary
 */
export function withoutCovered(
  known: readonly PromptMessage[],
  fresh: readonly JsonObject[],
  covered: number,
): UncoveredHistory {
  const begins = known.findIndex(({ said }) => !isPrompt(said));
  const lead = begins < 0 ? known.length : begins;
  const isCovered = ({ position }: PromptMessage) => position !== undefined && position <= covered;
  const all = [...known.map(({ said }) => said), ...fresh];
  let start = Math.max(lead, known.findLastIndex(isCovered) + 1);
  while (start > lead && all[start]?.["role"] === "tool") start -= 1;
  const first = all.find((message, at) => at >= start && !isPrompt(message));
  const isCut = first?.["role"] !== "user";
  const question = isCut
    ? known.findLastIndex(({ said }, at) => at < start && said["role"] === "user")
    : -1;
  const kept = question >= lead ? known.slice(question, question + 1) : [];
  return {
    lead: known.slice(0, lead),
    rest: [...kept, ...known.slice(start)],
    hidden: start - lead - kept.length,
  };
}

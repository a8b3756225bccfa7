import type { JsonObject } from "@vega/contracts";
import type { CompletionEvent } from "../failover/complete.ts";
import type { ChatRequest } from "../models/language-model.ts";

/** So long a turn waits for the summary of what came before. */
const SUMMARY_MS = 20_000;
/** Characters of a message that a summary is made from. */
const PER_MESSAGE = 4_000;
/** And of all of them: beyond that the newest count. The summary of those before them is always whole. */
const IN_ALL = 60_000;
/** Characters of a summary; who says more than asked for is cut short. */
const LONGEST = 8_000;

const INSTRUCTION =
  "Summarise this part of a conversation for whoever goes on with it: facts, names, decisions, open questions. At most 300 words, in the language of the conversation, nothing else.";

type Ask = (request: ChatRequest, signal: AbortSignal) => AsyncIterable<CompletionEvent>;

/** A summary of older messages, with the summary of those before them; undefined where there is none in time. */
export async function summarize(
  ask: Ask,
  before: string | undefined,
  messages: readonly JsonObject[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const said = messages.map(({ role, content, tool_calls }) => {
    const text =
      typeof content === "string" ? content : JSON.stringify(content ?? tool_calls ?? "");
    return `${role as string}: ${text.slice(0, PER_MESSAGE)}`;
  });
  const newest = said.join("\n\n").slice(-IN_ALL);
  const content = before ? `Summary of what came before: ${before}\n\n${newest}` : newest;
  const request: ChatRequest = {
    model: "",
    messages: [
      { role: "system", content: INSTRUCTION },
      { role: "user", content: content.toWellFormed() },
    ],
    // No limit of tokens: models that think spend it on that, and some refuse it by this or the other name.
    options: {},
  };
  let text = "";
  try {
    for await (const event of ask(
      request,
      AbortSignal.any([signal, AbortSignal.timeout(SUMMARY_MS)]),
    )) {
      if (event.kind === "delta" && typeof event.delta.content === "string") {
        text += event.delta.content;
      }
    }
  } catch {
    // Then the model has to do without: it is told what is missing.
    return undefined;
  }
  return text.trim().slice(0, LONGEST).toWellFormed() || undefined;
}

/**
 * What a model is told where messages are left out.
 * @param untold how many of them the summary says nothing of
 */
export const summaryMessage = (summary: string | undefined, untold: number): JsonObject => ({
  role: "system",
  content: [
    ...(summary ? [`Summary of the earlier conversation:\n${summary}`] : []),
    ...(untold > 0
      ? [`${untold} older messages of this conversation are left out for want of room.`]
      : []),
  ].join("\n\n"),
});

import type { JsonObject } from "@vega/contracts";
import type { CompletionEvent } from "../failover/complete.ts";
import type { ChatRequest } from "../models/language-model.ts";

/** Timeout of a summary, ms; the turn waits for it. */
const SUMMARY_MS = 20_000;
/** Characters of one message in the input of a summary. */
const PER_MESSAGE = 4_000;
/** Characters of all messages, the newest count; the previous summary is always included. */
const ALL_MESSAGES = 60_000;
/** Maximum characters of a summary. */
const MAX_SUMMARY = 8_000;

const INSTRUCTION =
  "Summarize this part of a conversation for the model that continues it: facts, names, decisions, open questions. At most 300 words, in the language of the conversation, nothing else.";

type Complete = (request: ChatRequest, signal: AbortSignal) => AsyncIterable<CompletionEvent>;

/** A summary of older messages and of the previous summary; undefined after an error or timeout. */
export async function summarize(
  complete: Complete,
  previous: string | undefined,
  messages: readonly JsonObject[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const texts = messages.map(({ role, content, tool_calls }) => {
    const text =
      typeof content === "string" ? content : JSON.stringify(content ?? tool_calls ?? "");
    return `${role as string}: ${text.slice(0, PER_MESSAGE)}`;
  });
  const newest = texts.join("\n\n").slice(-ALL_MESSAGES);
  const content = previous ? `Summary so far: ${previous}\n\n${newest}` : newest;
  const request: ChatRequest = {
    model: "",
    messages: [
      { role: "system", content: INSTRUCTION },
      { role: "user", content: content.toWellFormed() },
    ],
    // Without max_tokens: reasoning models spend it on reasoning, and some providers refuse either name of it.
    options: {},
  };
  let text = "";
  try {
    for await (const event of complete(
      request,
      AbortSignal.any([signal, AbortSignal.timeout(SUMMARY_MS)]),
    )) {
      if (event.kind === "restart") text = "";
      else if (event.kind === "delta" && typeof event.delta.content === "string") {
        text += event.delta.content;
      }
    }
  } catch {
    // The prompt then states the number of messages left out.
    return undefined;
  }
  return text.trim().slice(0, MAX_SUMMARY).toWellFormed() || undefined;
}

/**
 * Stands in the system message in place of messages that are left out.
 * @param unsummarized number of them that the summary does not cover
 */
export const summaryText = (summary: string | undefined, unsummarized: number): string =>
  [
    ...(summary ? [`Summary of the earlier conversation:\n${summary}`] : []),
    ...(unsummarized > 0
      ? [
          `${unsummarized} older messages of this conversation are left out: the context window is full.`,
        ]
      : []),
  ].join("\n\n");

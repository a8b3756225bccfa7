import type { JsonObject } from "@vega/contracts";
import type { AnswerEvent } from "../chain.ts";
import type { ChatRequest } from "../language-model.ts";

/** So long a turn waits for the summary of what came before. */
const SUMMARY_MS = 20_000;
/** Characters of a message that a summary is made from. */
const PER_MESSAGE = 4_000;
/** And of all of them: beyond that the newest count. */
const IN_ALL = 60_000;

const INSTRUCTION =
  "Summarise this part of a conversation for whoever goes on with it: facts, names, decisions, open questions. At most 300 words, in the language of the conversation, nothing else.";

type Ask = (request: ChatRequest, signal: AbortSignal) => AsyncIterable<AnswerEvent>;

/** A summary of older messages, with the summary of those before them; undefined where there is none in time. */
export async function summarize(
  ask: Ask,
  before: string | undefined,
  messages: readonly JsonObject[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const said = messages.map(({ role, content }) => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    return `${role as string}: ${text.slice(0, PER_MESSAGE).toWellFormed()}`;
  });
  const content = [...(before ? [`Summary of what came before: ${before}`] : []), ...said].join(
    "\n\n",
  );
  const request: ChatRequest = {
    model: "",
    messages: [
      { role: "system", content: INSTRUCTION },
      { role: "user", content: content.slice(-IN_ALL).toWellFormed() },
    ],
    options: { max_tokens: 800 },
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
  return text.trim() || undefined;
}

/** What a model is told where messages are left out. */
export const summaryMessage = (summary: string | undefined, leftOut: number): JsonObject => ({
  role: "system",
  content: summary
    ? `Summary of the earlier conversation:\n${summary}`
    : `The ${leftOut} oldest messages of this conversation are left out for want of room.`,
});

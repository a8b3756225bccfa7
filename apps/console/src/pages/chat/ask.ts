import type { MessageView } from "@vega/contracts/messages/apply";
import { open, write } from "../../api/client.ts";

const MAX_TITLE = 80;

/** The first line of a question. */
export function titleOf(question: string): string {
  const line = question.trim().split("\n")[0] ?? "";
  return line.length > MAX_TITLE ? `${line.slice(0, MAX_TITLE - 1)}…` : line;
}

/** Messages as OpenAI's API takes them. */
export const toRequest = (messages: readonly MessageView[]) =>
  messages
    .filter(({ status, role }) => role !== "assistant" || status !== "failed")
    .map(({ role, content, tool_calls, tool_call_id }) => ({
      role,
      content,
      // Members without a value are not sent.
      tool_calls: tool_calls ?? undefined,
      tool_call_id: tool_call_id ?? undefined,
    }));

/**
 * Asks a model. The answer goes on without this tab: its text comes with the events. Resolves when the model has begun.
 * Throws ApiError.
 * @param earlier messages before the question that the conversation shall keep; undefined: all
 */
export async function ask(options: {
  readonly question: string;
  readonly model: string | null;
  readonly conversation: string;
  readonly earlier?: readonly MessageView[];
}): Promise<void> {
  const { question, model, conversation, earlier } = options;
  const asked = { role: "user", content: question };
  const response = await open("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      ...(model !== null && { model }),
      messages: earlier ? [...toRequest(earlier), asked] : [asked],
      stream: true,
      vega_background: true,
      vega_conversation: conversation,
    }),
  });
  await response.body?.cancel();
}

/** A new conversation. @returns its id */
export async function createConversation(title: string): Promise<string> {
  const { body } = await write<{ id: string }>("POST", "/api/conversations", { title });
  return body.id;
}

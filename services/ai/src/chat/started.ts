import type { ChatBegun, ChatEvent, JsonObject, Message } from "@vega/contracts";

const MILLISECONDS = 1_000;

/** The first event of a turn. The id is derived from the message's, so that a replay has the same. */
export const startedEventOf = (message: Message, replayed: boolean): ChatBegun => ({
  id: `chatcmpl-${message.id.replaceAll(/[-/]/g, "")}`,
  created: Math.floor(Date.parse(message.created_at) / MILLISECONDS),
  conversation_id: message.conversation_id,
  message_id: message.id,
  replayed,
  memory: message.prompt?.memory ?? [],
  flags: message.prompt?.flags ?? [],
});

/** A stored completion as events, with one delta. */
export function* replay(message: Message): Generator<ChatEvent, void> {
  const { content, tool_calls, finish_reason, usage, provider } = message;
  const named = message.model ?? "";
  const model = named.startsWith(`${provider}/`) ? named.slice(`${provider}/`.length) : named;
  yield { event: "started", started: { provider: provider ?? "", model } };
  const calls = tool_calls?.map((call, index) => Object.assign({ index }, call));
  const delta: JsonObject = { role: "assistant", content, ...(calls && { tool_calls: calls }) };
  yield { event: "delta", delta: { json: JSON.stringify(delta) } };
  if (finish_reason !== null) yield { event: "finish", finish: { reason: finish_reason } };
  if (usage) {
    const total_tokens = usage.prompt_tokens + usage.completion_tokens;
    yield { event: "usage", usage: { json: JSON.stringify({ ...usage, total_tokens }) } };
  }
  const { orchestra } = message;
  const completed = orchestra ? { orchestra_json: JSON.stringify(orchestra) } : {};
  yield { event: "completed", completed };
}

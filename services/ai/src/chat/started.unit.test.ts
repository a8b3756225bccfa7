import type { JsonObject, Message } from "@vega/contracts";
import { createMessageAccumulator, messageId } from "@vega/contracts";
import { expect, test } from "vitest";
import { startedEventOf, replay } from "./started.ts";

const ID = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
const message = (more: Partial<Message> = {}) =>
  ({
    id: messageId(ID, 3),
    conversation_id: ID,
    content: "The sky is blue.",
    provider: "p",
    model: "p/org/m",
    finish_reason: "stop",
    usage: { prompt_tokens: 3, completion_tokens: 5 },
    created_at: "2026-01-02T03:04:05.999Z",
    ...more,
  }) as Message;

test("a completion is named after its message, so that a replay has the same id", () => {
  const prompt = { left_out: 0, summarized: false, memory: ["default/home"] };
  expect(startedEventOf(message({ prompt }), false)).toEqual({
    id: `chatcmpl-${ID.replaceAll("-", "")}00000003`,
    created: 1_767_323_045,
    conversation_id: ID,
    message_id: `${ID}/00000003`,
    replayed: false,
    memory: ["default/home"],
    flags: [],
  });
  const again = startedEventOf(message(), true);
  expect(again).toMatchObject({ replayed: true, memory: [] });
  expect(again.id).toBe(startedEventOf(message(), false).id);
  expect(startedEventOf(message({ id: messageId(ID, 4) }), false).id).not.toBe(again.id);
});

test("a replay has the text in one delta and the model", () => {
  expect([...replay(message())]).toEqual([
    { event: "started", started: { provider: "p", model: "org/m" } },
    { event: "delta", delta: { json: '{"role":"assistant","content":"The sky is blue."}' } },
    { event: "finish", finish: { reason: "stop" } },
    {
      event: "usage",
      usage: { json: '{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}' },
    },
    { event: "completed", completed: {} },
  ]);
});

test("a replay has the same tool calls", () => {
  const calls = ["f", "g"].map((name, at) => ({
    type: "function",
    id: `c${at}`,
    function: { name, arguments: "{}" },
  }));
  const answer = createMessageAccumulator();
  for (const event of replay(message({ content: null, tool_calls: calls }))) {
    if (event.event === "delta") answer.add(JSON.parse(event.delta.json) as JsonObject);
  }
  expect(answer.message()).toMatchObject({ content: null, tool_calls: calls });
});

test("a replay omits unknown usage and finish reason", () => {
  const unknown = { finish_reason: null, usage: null, provider: null, model: "smart" };
  const events = [...replay(message(unknown))];
  expect(events.map(({ event }) => event)).toEqual(["started", "delta", "completed"]);
  expect(events[0]).toMatchObject({ started: { provider: "", model: "smart" } });
  const [started] = replay(message({ ...unknown, model: null }));
  expect(started).toMatchObject({ started: { provider: "", model: "" } });
});

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LanguageModel } from "../../models/language-model.ts";
import { chatRequest, collect } from "../../testing/collect.ts";
import type { Behaviour, FaultProvider } from "../../testing/fault-provider.ts";
import { startFaultProvider } from "../../testing/fault-provider.ts";
import { translateRequest } from "./request.ts";
import { createAnthropicModel } from "./model.ts";

let provider: FaultProvider;
let model: LanguageModel;
beforeAll(async () => {
  provider = await startFaultProvider();
  model = createAnthropicModel({ baseUrl: provider.baseUrl, apiKey: "key-test" });
});
afterAll(() => provider.close());

test("a request is translated", () => {
  const call = { name: "get_weather", arguments: '{"city":"Wien"}' };
  const body = translateRequest({
    model: "claude",
    messages: [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
          { type: "image_url", image_url: { url: "https://example.org/a.png" } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "call_1", type: "function", function: call }],
      },
      { role: "tool", tool_call_id: "call_1", content: "12 °C" },
      { role: "user", content: "And now?" },
    ],
    options: {
      max_tokens: 100,
      temperature: 1.5,
      stop: "END",
      seed: 1,
      user: "u1",
      parallel_tool_calls: false,
      tool_choice: "required",
      tools: [
        {
          type: "function",
          function: { name: "get_weather", description: "d", parameters: { type: "object" } },
        },
      ],
    },
  });
  expect(body).toEqual({
    model: "claude",
    stream: true,
    max_tokens: 100,
    system: "Be brief.",
    temperature: 1,
    stop_sequences: ["END"],
    metadata: { user_id: "u1" },
    tool_choice: { type: "any", disable_parallel_tool_use: true },
    tools: [{ name: "get_weather", description: "d", input_schema: { type: "object" } }],
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
          { type: "image", source: { type: "url", url: "https://example.org/a.png" } },
        ],
      },
      {
        role: "assistant",
        content: [{ type: "tool_use", id: "call_1", name: "get_weather", input: { city: "Wien" } }],
      },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            tool_use_id: "call_1",
            content: [{ type: "text", text: "12 °C" }],
          },
          { type: "text", text: "And now?" },
        ],
      },
    ],
  });
  expect(translateRequest(chatRequest("claude")).max_tokens).toBe(8_192);
});

test("a part without an equivalent is refused by its type", () => {
  const content = [{ type: "input_audio", input_audio: {} }];
  const request = { ...chatRequest("claude"), messages: [{ role: "user", content }] };
  expect(() => translateRequest(request)).toThrow('a message part of the type "input_audio"');
});

test("a stream with reasoning, text and tool calls is translated to OpenAI's events", async () => {
  const bytes = readFileSync(
    new URL("../../testing/fixtures/anthropic.sse", import.meta.url),
    "utf8",
  );
  provider.behave("tools", { kind: "raw", bytes });
  const { events, fault } = await collect(model, chatRequest("tools"));
  expect(fault).toBeUndefined();
  const call = (index: number, id: string, name: string) => ({
    tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }],
  });
  const rest = (index: number, text: string) => ({
    tool_calls: [{ index, function: { arguments: text } }],
  });
  expect(events.slice(1)).toEqual([
    ...[
      { role: "assistant", content: "" },
      { reasoning_content: "Two places." },
      { content: "Okay, let's" },
      { content: " check" },
      call(0, "toolu_01T1x1fJ", "get_weather"),
      rest(0, '{"location":'),
      rest(0, ' "Wien"}'),
      call(1, "toolu_02", "get_time"),
      rest(1, "{}"),
    ].map((delta) => ({ kind: "delta", delta })),
    { kind: "finish", reason: "tool_calls" },
    {
      kind: "usage",
      usage: {
        prompt_tokens: 487,
        completion_tokens: 89,
        total_tokens: 576,
        prompt_tokens_details: { cached_tokens: 10, cache_creation_tokens: 5 },
      },
    },
  ]);
});

test("sends key and version", async () => {
  expect((await collect(model, chatRequest("plain"))).text).toBe("Here plain says a few words.");
  expect(provider.callsOf("plain")[0]).toMatchObject({
    path: "/v1/messages",
    headers: { "x-api-key": "key-test", "anthropic-version": "2023-06-01" },
  });
});

const error = (status: number, type: string, message: string): Behaviour => ({
  kind: "status",
  status,
  body: { type: "error", error: { type, message } },
});

test.each<[string, Behaviour, object]>([
  ["an overload", error(529, "overloaded_error", "Overloaded"), { kind: "rate_limited" }],
  [
    "an overload in the stream",
    { kind: "error", after: 1, error: { type: "overloaded_error", message: "Overloaded" } },
    { kind: "rate_limited", status: 529 },
  ],
  [
    "too long",
    error(400, "invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum"),
    { kind: "context_too_long" },
  ],
  [
    "a wrong key",
    error(401, "authentication_error", "invalid x-api-key"),
    { kind: "unauthorized" },
  ],
  ["a cut", { kind: "cut", after: 2 }, { kind: "broken_stream" }],
  ["an early end", { kind: "end", after: 2 }, { kind: "broken_stream" }],
  ["a malformed chunk", { kind: "malformed", after: 1 }, { kind: "broken_stream" }],
])("classifies %s", async (name, behaviour, fault) => {
  provider.behave(name, behaviour);
  expect((await collect(model, chatRequest(name))).fault).toMatchObject(fault);
});

test("a refusal has the finish reason content_filter", async () => {
  const event = { type: "message_delta", delta: { stop_reason: "refusal" } };
  provider.behave("refusal", { kind: "raw", bytes: `data: ${JSON.stringify(event)}\n\n` });
  const { events } = await collect(model, chatRequest("refusal"));
  expect(events).toContainEqual({ kind: "finish", reason: "content_filter" });
});

test("calls of the provider's own tools are ignored", async () => {
  const own = { type: "server_tool_use", id: "srv", name: "web_search", input: {} };
  const lines = [
    { type: "message_start", message: { usage: { input_tokens: 1, output_tokens: 1 } } },
    { type: "content_block_start", index: 0, content_block: own },
    {
      type: "content_block_delta",
      index: 0,
      delta: { type: "input_json_delta", partial_json: "{" },
    },
    { type: "content_block_stop", index: 0 },
    { type: "content_block_start", index: 1, content_block: { type: "text", text: "found" } },
    { type: "content_block_stop", index: 1 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } },
    { type: "message_stop" },
  ];
  const bytes = lines.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  provider.behave("searches", { kind: "raw", bytes: bytes.join("") });
  const { text, fault } = await collect(model, chatRequest("searches"));
  expect([text, fault]).toEqual(["found", undefined]);
});

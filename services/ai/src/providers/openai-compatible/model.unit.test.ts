import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LanguageModel } from "../../models/language-model.ts";
import { chatRequest, collect } from "../../testing/collect.ts";
import type { Behaviour, FaultProvider } from "../../testing/fault-provider.ts";
import { refusedUrl, REJECTED, startFaultProvider } from "../../testing/fault-provider.ts";
import { createOpenAiModel } from "./model.ts";

let provider: FaultProvider;
let model: LanguageModel;
beforeAll(async () => {
  provider = await startFaultProvider();
  model = createOpenAiModel({ baseUrl: provider.baseUrl, apiKey: "sk-test" });
});
afterAll(() => provider.close());

type Chunk = { choices: { delta: object }[] };

const fixture = (name: string) =>
  readFileSync(new URL(`../../testing/fixtures/${name}.sse`, import.meta.url), "utf8");

test("streams a completion and requests its usage", async () => {
  provider.behave("m", { kind: "answer", text: "one two three" });
  const { events, text, fault } = await collect(model, chatRequest("m", { temperature: 0.5 }));
  expect(fault).toBeUndefined();
  expect(text).toBe("one two three");
  expect(events[0]).toEqual({
    kind: "headers",
    headers: { "x-request-id": "req_fault", "x-ratelimit-remaining-requests": "99" },
  });
  expect(events.at(-2)).toEqual({ kind: "finish", reason: "stop" });
  expect(events.at(-1)).toMatchObject({ kind: "usage", usage: { completion_tokens: 3 } });
  const call = provider.callsOf("m").at(-1);
  expect(call?.headers.authorization).toBe("Bearer sk-test");
  expect(call?.body).toMatchObject({
    temperature: 0.5,
    stream: true,
    stream_options: { include_usage: true },
  });
});

test("sends no credentials without a key", async () => {
  await collect(
    createOpenAiModel({ baseUrl: provider.baseUrl, apiKey: undefined }),
    chatRequest("nokey"),
  );
  expect(provider.callsOf("nokey")[0]?.headers).not.toHaveProperty("authorization");
});

test.each([
  ["openai", "tool_calls", { completion_tokens: 15 }, 3],
  ["deepseek", "stop", { prompt_cache_miss_tokens: 5 }, 5],
  ["xai", "stop", { total_tokens: 43 }, 2],
])("passes the stream of %s through", async (name, reason, usage, deltas) => {
  const bytes = fixture(name);
  provider.behave(name, { kind: "raw", bytes });
  const { events, fault } = await collect(model, chatRequest(name));
  expect(fault).toBeUndefined();
  const chunks = bytes
    .matchAll(/^data: (\{.*)$/gm)
    .map(([, json]) => JSON.parse(json ?? "") as Chunk);
  const expected = [...chunks].flatMap(({ choices }) => choices.map(({ delta }) => delta));
  const came = events.flatMap((event) => (event.kind === "delta" ? [event.delta] : []));
  expect(came).toEqual(expected.filter((delta) => Object.keys(delta).length > 0));
  expect(came).toHaveLength(deltas);
  expect(events).toContainEqual({ kind: "finish", reason });
  expect(events.at(-1)).toMatchObject({ kind: "usage", usage });
});

test("accepts a response that is not streamed", async () => {
  provider.behave("whole", {
    kind: "status",
    status: 200,
    body: {
      choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    },
  });
  const { text, fault } = await collect(model, chatRequest("whole"));
  expect([text, fault]).toEqual(["hi", undefined]);
});

test("tool calls of a whole message are separate, whatever their index", async () => {
  const call = { index: 0, type: "function", function: { name: "weather", arguments: "" } };
  const content = [{ type: "text", text: "I look." }];
  const message = { role: "assistant", content, tool_calls: [call, call] };
  provider.behave("alike", {
    kind: "status",
    status: 200,
    body: { choices: [{ index: 0, message, finish_reason: "tool_calls" }] },
  });
  const { events, text } = await collect(model, chatRequest("alike"));
  expect(text).toBe("I look.");
  expect(events.find(({ kind }) => kind === "delta")).toMatchObject({
    delta: { tool_calls: [call, { ...call, index: 1 }] },
  });
});

const error = (status: number, body: object | string = {}, headers = {}): Behaviour => ({
  kind: "status",
  status,
  headers,
  body: body as never,
});

test.each<[string, Behaviour, object]>([
  ["a reset", { kind: "reset" }, { kind: "unavailable" }],
  ["a cut", { kind: "cut", after: 2 }, { kind: "broken_stream" }],
  ["an early end", { kind: "end", after: 2 }, { kind: "broken_stream" }],
  ["a malformed chunk", { kind: "malformed", after: 1 }, { kind: "broken_stream" }],
  [
    "an error in the stream",
    { kind: "error", after: 1, error: { message: "boom", type: "server_error" } },
    { kind: "unavailable", status: 500 },
  ],
  ["a page of a proxy", { kind: "raw", bytes: "<html>hello</html>" }, { kind: "broken_stream" }],
  ["an empty object", { kind: "raw", bytes: "data: {}\n\n" }, { kind: "broken_stream" }],
  [
    "[DONE] without a completion",
    { kind: "raw", bytes: "data: [DONE]\n\n" },
    { kind: "broken_stream" },
  ],
  ["500", error(500), { kind: "unavailable", status: 500 }],
  [
    "503 with a time",
    error(503, "<html>", { "retry-after": "3" }),
    { kind: "unavailable", retryAfterMs: 3_000 },
  ],
  ["429", error(429), { kind: "rate_limited", retryAfterMs: undefined }],
  [
    "429 with seconds",
    error(429, {}, { "retry-after": "2" }),
    { kind: "rate_limited", retryAfterMs: 2_000 },
  ],
  ["no credit", error(429, { error: { code: "insufficient_quota" } }), { kind: "unauthorized" }],
  ["too long", REJECTED.tooLong, { kind: "context_too_long", status: 400 }],
  [
    "too long, as vLLM says it",
    error(400, {
      object: "error",
      message: "This model's maximum context length is 10 tokens.",
      code: 400,
    }),
    { kind: "context_too_long" },
  ],
  [
    "a filter",
    REJECTED.filtered,
    { kind: "content_filter", message: "The response was filtered: hate (high)." },
  ],
  [
    "a wrong key",
    error(401, { error: { message: "Incorrect API key provided: sk-ab**cd." } }),
    { kind: "unauthorized", message: "Incorrect API key provided: [key]." },
  ],
  [
    "a parameter",
    error(400, { error: { message: "n must be 1" } }),
    { kind: "invalid", message: "n must be 1" },
  ],
  ["no such model", error(404, { error: "no model" }), { kind: "invalid", status: 404 }],
])("classifies %s", async (name, behaviour, fault) => {
  provider.behave(name, behaviour);
  expect((await collect(model, chatRequest(name))).fault).toMatchObject({
    name: "ModelError",
    ...fault,
  });
});

test("a completion with a finish reason is whole without [DONE]", async () => {
  provider.behave("no_done", { kind: "no_done", text: "a b" });
  const { events, text, fault } = await collect(model, chatRequest("no_done"));
  expect([text, fault, events.at(-1)?.kind]).toEqual(["a b", undefined, "usage"]);
});

const chunkOf = (delta: object, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const DONE = "data: [DONE]\n\n";

test.each([
  ["stop", { content: "so" }],
  [
    "tool_calls",
    { tool_calls: [{ index: 0, id: "c1", function: { name: "f", arguments: "{}" } }] },
  ],
])("[DONE] ends a completion without a finish reason: %s", async (reason, delta) => {
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const counted = `data: ${JSON.stringify({ choices: [], usage })}\n\n`;
  provider.behave("bare", { kind: "raw", bytes: chunkOf(delta) + counted + DONE });
  const { events, fault } = await collect(model, chatRequest("bare"));
  expect(fault).toBeUndefined();
  expect(events.slice(-2)).toEqual([
    { kind: "finish", reason },
    { kind: "usage", usage },
  ]);
});

test.each([
  ["an empty event", "data:\n\n"],
  ["an event of blanks", "data:  \n\n"],
  ["a named ping", "event: ping\ndata: {}\n\n"],
  ["a ping by its type", 'data: {"type":"ping"}\n\n'],
  ["a filter's report", 'data: {"choices":null,"prompt_filter_results":[{"prompt_index":0}]}\n\n'],
])("%s between chunks is ignored", async (_, ping) => {
  const chunks = [chunkOf({ content: "a " }), chunkOf({ content: "b" }), chunkOf({}, "stop")];
  const bytes = ping + chunks.join(ping) + ping + DONE;
  provider.behave("ping", { kind: "raw", bytes });
  const { text, fault } = await collect(model, chatRequest("ping"));
  expect([text, fault]).toEqual(["a b", undefined]);
});

test("blanks after [DONE] end the stream, with the usage before it", async () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const counted = `data: ${JSON.stringify({ choices: [], usage })}\n\n`;
  const bytes = `${chunkOf({ content: "a" }, "stop")}${counted}data: [DONE] \n\ndata: rest\n\n`;
  provider.behave("blank", { kind: "raw", bytes });
  const { events, fault } = await collect(model, chatRequest("blank"));
  expect([events.at(-1), fault]).toEqual([{ kind: "usage", usage }, undefined]);
});

test("an event named error is an error, whatever its members", async () => {
  const bytes = 'event: error\ndata: {"message":"overloaded","type":"server_error"}\n\n';
  provider.behave("named_error", { kind: "raw", bytes });
  const { fault } = await collect(model, chatRequest("named_error"));
  expect(fault).toMatchObject({ kind: "unavailable", message: "overloaded" });
});

const STREAM = chunkOf({ content: "a b" }) + chunkOf({}, "stop") + DONE;
const WHOLE = JSON.stringify({
  choices: [{ index: 0, message: { role: "assistant", content: "a b" }, finish_reason: "stop" }],
});

test.each([
  ["no media type, streamed", STREAM, {}],
  ["no media type, whole", ` ${WHOLE}`, {}],
  ["text/plain, whole", WHOLE, { "content-type": "text/plain" }],
  ["capitals, streamed", STREAM, { "content-type": "Text/Event-Stream" }],
  ["capitals, whole", WHOLE, { "content-type": "Application/JSON; charset=utf-8" }],
  ["gzip, streamed", gzipSync(STREAM), { "content-encoding": "gzip" }],
  ["br, streamed", brotliCompressSync(STREAM), { "content-encoding": "BR" }],
  ["gzip, whole", gzipSync(WHOLE), { "content-encoding": "x-gzip" }],
])("reads a response with %s", async (name, bytes, headers) => {
  provider.behave(name, { kind: "raw", bytes, headers });
  const { text, fault } = await collect(model, chatRequest(name));
  expect([text, fault]).toEqual(["a b", undefined]);
});

test("a compressed error is read", async () => {
  const body = gzipSync(JSON.stringify({ error: { message: "n must be 1" } }));
  const headers = { "content-encoding": "gzip", "content-type": "application/json" };
  provider.behave("gz", { kind: "raw", status: 400, bytes: body, headers });
  const { fault } = await collect(model, chatRequest("gz"));
  expect(fault).toMatchObject({ kind: "invalid", message: "n must be 1" });
});

test("each part of a response is a sign of life", async () => {
  provider.behave("alive", { kind: "raw", bytes: `: processing\n\n${STREAM}` });
  let received = 0;
  const progress = { connected: () => undefined, received: () => void (received += 1) };
  const request = chatRequest("alive");
  for await (const _ of model.stream(request, new AbortController().signal, progress));
  expect(received).toBeGreaterThan(0);
});

test("content parts and reasoning parts become text", async () => {
  const chunk = (content: unknown, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`;
  const thinking = [{ type: "thinking", thinking: [{ type: "text", text: "hm" }] }];
  const bytes = chunk(thinking) + chunk([{ type: "text", text: "so" }]) + chunk("!", "stop");
  provider.behave("parts", { kind: "raw", bytes });
  const { events, text } = await collect(model, chatRequest("parts"));
  expect(text).toBe("so!");
  expect(events).toContainEqual({
    kind: "delta",
    delta: { content: "", reasoning_content: "hm" },
  });
});

test("a refused connection is unavailable", async () => {
  const refused = createOpenAiModel({ baseUrl: await refusedUrl(), apiKey: undefined });
  const { fault } = await collect(refused, chatRequest("m"));
  expect(fault).toMatchObject({ kind: "unavailable", message: /ECONNREFUSED/ });
});

test.each<[string, Behaviour]>([
  ["before headers", { kind: "hang" }],
  ["before the first token", { kind: "hang_before_token" }],
  ["in the middle", { kind: "stall", after: 2 }],
])("a cancelled call is aborted at the provider: %s", async (_, behaviour) => {
  const own = await startFaultProvider();
  own.behave("m", behaviour);
  const here = createOpenAiModel({ baseUrl: own.baseUrl, apiKey: undefined });
  const controller = new AbortController();
  const outcome = collect(here, chatRequest("m"), controller.signal);
  const call = await own.nthCall(1);
  const before = performance.now();
  controller.abort();
  expect((await call.closed) - before).toBeLessThan(2_000);
  expect(call.abandoned).toBe(true);
  expect((await outcome).fault).toMatchObject({ kind: "cancelled" });
  await own.close();
});

test("reuses connections", async () => {
  const own = await startFaultProvider();
  const here = createOpenAiModel({ baseUrl: own.baseUrl, apiKey: undefined });
  let connected = 0;
  const count = { connected: () => void (connected += 1), received: () => undefined };
  for (let call = 0; call < 8; call += 1) {
    for await (const _ of here.stream(chatRequest("m"), new AbortController().signal, count));
    await own.calls.at(-1)?.closed;
  }
  expect(connected).toBe(8);
  // A call may start shortly before the previous connection is free.
  expect(new Set(own.calls.map(({ port }) => port)).size).toBeLessThanOrEqual(2);
  await own.close();
});

import type { FaultProvider } from "@vega/ai/testing";
import { REJECTED, startFaultProvider } from "@vega/ai/testing";
import type { ApiResponse, Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bearer, newPerson, post } from "./people.ts";

/* POST /v1/chat/completions and the stored messages: over HTTP, on real services, with a mock provider that fails on purpose. */

let provider: FaultProvider;
let network: Network;
beforeAll(async () => {
  provider = await startFaultProvider();
  const base = { kind: "openai-compatible", base_url: provider.baseUrl };
  network = await startNetwork({
    env: { VEGA_REGISTRATION: "open" },
    providers: {
      providers: [
        { id: "wall", ...base, prices: { priced: { input: 1_000_000, output: 2_000_000 } } },
        { id: "keyless", ...base, api_key_env: "NOBODY_HAS_THIS_KEY" },
      ],
      aliases: { smart: ["wall/broken", "wall/fine"] },
      limits: { first_token_ms: 5_000, retries: 1 },
    },
  });
});
afterAll(async () => {
  await network.close();
  await provider.close();
});

const user = (content: unknown) => ({ role: "user", content });
const chat = (body: object, headers: Record<string, string> = {}): Promise<ApiResponse> =>
  network.api.send("POST", "/v1/chat/completions", { messages: [user("why?")], ...body }, headers);

async function messagesOf(answer: ApiResponse) {
  const id = answer.headers.get("vega-conversation");
  const { body } = await network.api.send(
    "GET" as never,
    `/api/conversations/${id}/messages?shared=true`,
  );
  return body.messages;
}

interface Chunk {
  readonly model: string;
  readonly choices: { delta: { content?: string }; finish_reason: string | null }[];
  readonly usage?: object | null;
  readonly error?: { readonly message: string; readonly code: string };
}

/** The events of a stream, as text and parsed. */
async function stream(body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${network.api.url}/v1/chat/completions`, {
    method: "POST",
    headers: {
      ...bearer("a-token-for-tests-only"),
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify({ messages: [user("why?")], stream: true, ...body }),
  });
  const lines = (await response.text()).split("\n\n").filter(Boolean);
  const data = lines.map((line) => line.replace(/^data: /, ""));
  const chunks = data.filter((one) => one !== "[DONE]").map((one) => JSON.parse(one) as Chunk);
  const text = chunks.map(({ choices }) => choices?.[0]?.delta.content ?? "").join("");
  return { response, last: data.at(-1), chunks, text };
}

test("a request without a model gets the built-in model, which identifies itself", async () => {
  const bare = await startNetwork({ services: ["state", "ai", "auth", "loop", "gateway"] });
  try {
    const answer = await bare.api.send("POST", "/v1/chat/completions", {
      messages: [user("How is the loop?")],
    });
    expect(answer.body).toMatchObject({ object: "chat.completion", model: "local/echo-analyst" });
    expect(answer.body.choices[0].message.content).toMatch(
      /not a language model.*loop is running/s,
    );
    const prompted = await bare.api.send("POST", "/api/prompt", { prompt: "hello" });
    expect(prompted.body.output).toContain("Question: hello");
  } finally {
    await bare.close();
  }
});

test("a completion has OpenAI's format and the provider's headers, and is stored with its details", async () => {
  provider.behave("priced", { kind: "answer", text: "because it can" });
  const answer = await chat({ model: "wall/priced", temperature: 0.5 });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    id: expect.stringMatching(/^chatcmpl-/) as string,
    object: "chat.completion",
    created: expect.any(Number) as number,
    model: "wall/priced",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "because it can", refusal: null },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 3, total_tokens: 4 },
  });
  expect(answer.headers.get("x-request-id")).toBe("req_fault");
  expect(answer.headers.get("x-ratelimit-remaining-requests")).toBe("99");
  expect(provider.callsOf("priced")[0]?.body).toMatchObject({ temperature: 0.5, stream: true });
  expect(await messagesOf(answer)).toMatchObject([
    { role: "user", content: "why?", status: "complete" },
    {
      role: "assistant",
      content: "because it can",
      status: "complete",
      provider: "wall",
      model: "wall/priced",
      usage: { prompt_tokens: 1, completion_tokens: 3 },
      cost_usd: 7,
      finish_reason: "stop",
      latency_ms: expect.any(Number) as number,
      first_token_ms: expect.any(Number) as number,
      attempts: [{ outcome: "complete" }],
      request_id: answer.headers.get("vega-request-id"),
    },
  ]);
});

test("a stream has chunks, the usage on request, and [DONE]", async () => {
  provider.behave("streams", { kind: "answer", text: "one two three" });
  const body = { model: "wall/streams", stream_options: { include_usage: true } };
  const { response, last, chunks, text } = await stream(body);
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(response.headers.get("x-ratelimit-remaining-requests")).toBe("99");
  expect(response.headers.get("vega-conversation")).toMatch(/^[0-9a-f-]{36}$/);
  expect([text, last]).toEqual(["one two three", "[DONE]"]);
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 3 } });
  const without = await stream({ model: "wall/streams" });
  expect(without.chunks.some((chunk) => "usage" in chunk)).toBe(false);
});

test("tool calls, response formats and images are passed on", async () => {
  const call = (delta: object, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const part = (text: string) =>
    call({ tool_calls: [{ index: 0, function: { arguments: text } }] });
  const first = {
    index: 0,
    id: "call_1",
    type: "function",
    function: { name: "f", arguments: "" },
  };
  const bytes = [
    call({ role: "assistant", content: null, tool_calls: [first] }),
    part('{"a"'),
    part(":1}"),
    call({}, "tool_calls"),
    "data: [DONE]\n\n",
  ].join("");
  provider.behave("tools", { kind: "raw", bytes });
  const picture = {
    type: "image_url",
    image_url: { url: `data:image/png;base64,${"A".repeat(2_000_000)}` },
  };
  const tools = [{ type: "function", function: { name: "f", parameters: {} } }];
  const answer = await chat({
    model: "wall/tools",
    messages: [user([{ type: "text", text: "what is this?" }, picture])],
    tools,
    response_format: { type: "json_object" },
  });
  const made = [{ id: "call_1", type: "function", function: { name: "f", arguments: '{"a":1}' } }];
  expect(answer.body.choices[0]).toMatchObject({
    finish_reason: "tool_calls",
    message: { role: "assistant", content: null, tool_calls: made },
  });
  expect(provider.callsOf("tools")[0]?.body).toMatchObject({
    tools,
    response_format: { type: "json_object" },
    messages: [{ content: [{ type: "text" }, picture] }],
  });
  const [question, completion] = await messagesOf(answer);
  expect(completion).toMatchObject({
    content: null,
    tool_calls: made,
    finish_reason: "tool_calls",
  });
  expect(question.content[1]).toMatchObject({
    type: "image_url",
    vega_blobs: [{ bytes: 1_500_000, media_type: "image/png" }],
  });
});

describe("a provider that fails", () => {
  test("is replaced by the next model without a duplicate or missing word, and the failure is recorded", async () => {
    provider.behave("broken", { kind: "cut", after: 2, text: "one two three four" });
    provider.behave("fine", { kind: "answer", text: "one two three four" });
    const { text, last, chunks, response } = await stream({ model: "smart" });
    expect([text, last]).toEqual(["one two three four", "[DONE]"]);
    expect(new Set(chunks.map(({ model }) => model))).toEqual(
      new Set(["wall/broken", "wall/fine"]),
    );
    const id = response.headers.get("vega-conversation");
    const kept = await network.api.send(
      "GET" as never,
      `/api/conversations/${id}/messages?shared=true`,
    );
    expect(kept.body.messages[1]).toMatchObject({
      content: "one two three four",
      status: "complete",
      model: "wall/fine",
      usage: { completion_tokens: 4 },
      attempts: [{ outcome: "failed" }, { outcome: "failed" }, { outcome: "complete" }],
    });
  });

  test("during a non-streaming request is replaced by another model from scratch", async () => {
    provider.behave("breaks", { kind: "cut", after: 2 });
    provider.behave("differs", { kind: "answer", text: "quite another answer" });
    const answer = await chat({ model: "wall/breaks", fallbacks: ["wall/differs"] });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      model: "wall/differs",
      choices: [{ message: { content: "quite another answer" } }],
    });
    const kept = await messagesOf(answer);
    expect(kept[1]).toMatchObject({
      content: "quite another answer",
      status: "complete",
      model: "wall/differs",
    });
  });

  test("is listed at /api/errors by provider, also for a started stream", async () => {
    provider.behave("gone", { kind: "cut", after: 2 });
    await stream({ model: "wall/gone" });
    expect((await chat({ model: "keyless/any" })).status).toBe(503);
    const names = ["AnswerFault broken_stream wall", "AnswerFault unauthorized keyless"];
    await until("both errors are listed", async () => {
      const admin = { authorization: "Bearer a-token-for-tests-only" };
      const { body } = await network.api.get("/api/errors?service=gateway", admin);
      const listed = new Set((body.errors as { name: string }[]).map(({ name }) => name));
      return names.every((name) => listed.has(name));
    });
  });

  test("during a stream without another model ends it with an error and without [DONE]", async () => {
    provider.behave("dies", { kind: "cut", after: 2 });
    provider.behave("differs", { kind: "answer", text: "quite another answer" });
    const { response, last, chunks } = await stream({
      model: "wall/dies",
      fallbacks: ["wall/differs"],
    });
    expect(response.status).toBe(200);
    expect(last).not.toBe("[DONE]");
    expect(chunks.at(-1)?.error).toMatchObject({ code: "provider_broke_off" });
    const id = response.headers.get("vega-conversation");
    const kept = await network.api.send(
      "GET" as never,
      `/api/conversations/${id}/messages?shared=true`,
    );
    expect(kept.body.messages[1]).toMatchObject({
      content: "Here dies ",
      status: "truncated",
      error: { kind: "broken_stream" },
    });
  });

  test.each([
    ["a filter", REJECTED.filtered, 400, "content_filter"],
    ["a prompt too long", REJECTED.tooLong, 400, "context_length_exceeded"],
    ["a bad request", { kind: "status", status: 422 }, 400, "provider_refused_request"],
    ["its own refusal of our key", { kind: "status", status: 401 }, 503, "provider_refused_key"],
    ["5xx", { kind: "status", status: 500 }, 503, "provider_unavailable"],
  ] as const)("with %s gets an error in OpenAI's format", async (_, behaviour, status, code) => {
    const model = `fails-${code}`;
    provider.behave(model, behaviour);
    const whole = await chat({ model: `wall/${model}` });
    expect([whole.status, whole.body.error.code]).toEqual([status, code]);
    expect(whole.body).toEqual({
      error: {
        message: expect.any(String) as string,
        type: expect.any(String) as string,
        param: null,
        code,
      },
    });
    expect(whole.headers.get("x-should-retry")).toBe("false");
    // A retry can continue the created conversation.
    expect((await messagesOf(whole)).at(-1)).toMatchObject({ status: "failed" });
    // Before the first chunk a stream has the same status.
    expect((await stream({ model: `wall/${model}` })).response.status).toBe(status);
  });

  test("with 429 and a long Retry-After is passed on with that header", async () => {
    const headers = { "retry-after": "77" };
    provider.behave("limited", { kind: "status", status: 429, headers });
    const answer = await chat({ model: "wall/limited" });
    expect([answer.status, answer.body.error.code]).toEqual([429, "rate_limit_exceeded"]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(70);
  });
});

test("an invalid request gets an error in OpenAI's format", async () => {
  const cases: [object, number, string | null, string | null][] = [
    [{ model: "unknown/model" }, 404, "model_not_found", "model"],
    [{ model: "wall/x", messages: [] }, 400, null, "messages"],
    [{ model: "wall/x", messages: [{ role: "user" }] }, 400, null, "messages.0"],
    [{ model: "wall/x", n: 2 }, 400, null, "n"],
    [{ model: "wall/x", vega_conversation: crypto.randomUUID() }, 404, null, null],
    [{ model: "keyless/x" }, 503, "provider_refused_key", null],
  ];
  for (const [body, status, code, param] of cases) {
    const answer = await chat(body);
    const { error } = answer.body;
    expect([answer.status, error.code, error.param], JSON.stringify(body)).toEqual([
      status,
      code,
      param,
    ]);
  }
  const broken = await network.api.raw("/v1/chat/completions", {
    method: "POST",
    headers: { ...bearer("a-token-for-tests-only"), "content-type": "application/json" },
    body: '{"model": ',
  });
  expect([broken.status, broken.body.error.type]).toEqual([400, "invalid_request_error"]);
  const anonymous = await network.api.raw("/v1/models");
  expect([anonymous.status, anonymous.body.error.code]).toEqual([401, "invalid_api_key"]);
  expect(
    (await network.api.get("/v1/none", bearer("a-token-for-tests-only"))).body.error.type,
  ).toBe("invalid_request_error");
});

test("models are listed by their names, and each can be read", async () => {
  provider.behave("fine", { kind: "answer" });
  const list = await network.api.get("/v1/models", bearer("a-token-for-tests-only"));
  const ids = list.body.data.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(expect.arrayContaining(["smart", "wall/fine", "local/echo-analyst"]));
  const one = await network.api.get("/v1/models/wall/fine", bearer("a-token-for-tests-only"));
  expect(one.body).toEqual({ id: "wall/fine", object: "model", created: 0, owned_by: "wall" });
});

test("only the owner of a conversation can read and continue it", async () => {
  const [ada, bob] = [await newPerson(network.api), await newPerson(network.api)];
  provider.behave("fine", { kind: "answer", text: "hello" });
  const complete = (token: string, more: object = {}) =>
    post(
      network.api,
      "/v1/chat/completions",
      { model: "wall/fine", messages: [user("hi")], ...more },
      bearer(token),
    );
  const first = await complete(ada.access);
  const vega_conversation = first.headers.get("vega-conversation");
  expect((await complete(ada.access, { vega_conversation })).status).toBe(200);
  expect((await complete(bob.access, { vega_conversation })).status).toBe(404);
  const listed = await network.api.get("/api/conversations", bearer(ada.access));
  expect(listed.body.conversations).toMatchObject([{ title: "hi", message_count: 4 }]);
});

test("embeddings come from a provider that supports them, and are refused otherwise", async () => {
  const embed = (model: string) =>
    network.api.send("POST", "/v1/embeddings", { model, input: ["a", "b"] });
  const answer = await embed("wall/embeds");
  expect(answer.body).toMatchObject({ object: "list", model: "embeds", data: [{ index: 0 }, {}] });
  expect(answer.headers.get("x-ratelimit-remaining-requests")).toBe("99");
  const none = await embed("local/echo-analyst");
  expect([none.status, none.body.error.code]).toEqual([400, "provider_refused_request"]);
});

test("the predecessor's routes use the same models", async () => {
  const status = await network.api.get("/api/xai/status");
  expect(status.body).toMatchObject({ status: "needs_key", service: "xai", model: "grok-4" });
  const without = await network.api.send("POST", "/api/xai/chat", { prompt: "x" });
  expect([without.status, without.body.error]).toEqual([
    503,
    expect.stringContaining("XAI_API_KEY") as string,
  ]);
});

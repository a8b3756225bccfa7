import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { generateText, jsonSchema, streamText, tool } from "ai";
import OpenAI, { APIError, BadRequestError, NotFoundError } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bearer, newPerson, post } from "./people.ts";

/* Official clients from npm with only the base URL changed, and an API key with the scope chat. */

let provider: FaultProvider;
let network: Network;
let apiKey: string;
let openai: OpenAI;
let models: ReturnType<typeof createOpenAICompatible>;
beforeAll(async () => {
  provider = await startFaultProvider();
  network = await startNetwork({
    env: { VEGA_REGISTRATION: "open" },
    providers: {
      providers: [{ id: "wall", kind: "openai-compatible", base_url: provider.baseUrl }],
      aliases: { smart: ["wall/broken", "wall/fine"] },
      limits: { retries: 0 },
    },
  });
  const { access } = await newPerson(network.api);
  const key = { name: "sdk", scopes: ["chat"] };
  const made = await post(network.api, "/api/auth/keys", key, bearer(access));
  apiKey = made.body.secret;
  const baseURL = `${network.api.url}/v1`;
  openai = new OpenAI({ apiKey, baseURL });
  models = createOpenAICompatible({ name: "vega", baseURL, apiKey, includeUsage: true });
});
afterAll(async () => {
  await network.close();
  await provider.close();
});

const messages = [{ role: "user" as const, content: "why?" }];
const TEXT = "one two three four";

describe("openai", () => {
  test("gets a completion with the request id", async () => {
    provider.behave("fine", { kind: "answer", text: TEXT });
    const { data, request_id } = await openai.chat.completions
      .create({ model: "wall/fine", messages })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe(TEXT);
    expect(data.usage?.completion_tokens).toBe(4);
    expect(request_id).toBe("req_fault");
  });

  test("gets a whole stream across the failure of a provider", async () => {
    provider.behave("broken", { kind: "cut", after: 2, text: TEXT });
    provider.behave("fine", { kind: "answer", text: TEXT });
    const stream = await openai.chat.completions.create({
      model: "smart",
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let tokens: number | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      tokens = chunk.usage?.completion_tokens ?? tokens;
    }
    expect([text, tokens]).toEqual([TEXT, 4]);
  });

  test("assembles a completion with its stream helper", async () => {
    provider.behave("fine", { kind: "answer", text: TEXT });
    const runner = openai.chat.completions.stream({ model: "wall/fine", messages });
    expect(await runner.finalContent()).toBe(TEXT);
    const together = openai.chat.completions.stream({ model: "orchestra", messages });
    expect(await together.finalContent()).toContain("echo-analyst");
  });

  test("throws its own errors, in a stream too, and limits its retries", async () => {
    const complete = (model: string) => openai.chat.completions.create({ model, messages });
    await expect(complete("unknown/model")).rejects.toBeInstanceOf(NotFoundError);
    provider.behave("refuses", { kind: "status", status: 400 });
    await expect(complete("wall/refuses")).rejects.toBeInstanceOf(BadRequestError);
    provider.behave("down", { kind: "status", status: 500 });
    await expect(complete("wall/down")).rejects.toMatchObject({ status: 503 });
    expect(provider.callsOf("down")).toHaveLength(1);
    provider.behave("dies", { kind: "cut", after: 2 });
    const stream = await openai.chat.completions.create({
      model: "wall/dies",
      messages,
      stream: true,
    });
    const read = async () => {
      for await (const _ of stream);
    };
    await expect(read()).rejects.toBeInstanceOf(APIError);
  });

  test("lists models", async () => {
    const ids: string[] = [];
    for await (const { id } of openai.models.list()) ids.push(id);
    expect(ids).toContain("smart");
    expect((await openai.models.retrieve("smart")).owned_by).toBe("vega");
  });

  describe("gets embeddings from a provider that", () => {
    const vector = [0.25, -1.5, 3, 0, 0.125, 1, 2, -8];
    const text = Buffer.from(new Float32Array(vector).buffer).toString("base64");
    const answers = (...embeddings: unknown[]) => {
      const data = embeddings.map((embedding, index) => ({
        object: "embedding",
        index,
        embedding,
      }));
      const body = JSON.stringify({ object: "list", model: "v", data: data.toReversed() });
      provider.behave("vectors", { kind: "status", status: 200, body });
    };
    const input = { model: "wall/vectors", input: ["a", "b"] };
    const embeddingsOf = ({ data }: { data: { embedding: unknown }[] }) =>
      data.map(({ embedding }) => embedding);

    test.each([
      ["sends floats for any requested format", [vector, vector.toReversed()]],
      ["sends base64 for any requested format", [text, vector.toReversed()]],
    ])("%s", async (_, embeddings) => {
      answers(...embeddings);
      const expected = [vector, vector.toReversed()];
      // This client requests base64 by default and decodes it.
      expect(embeddingsOf(await openai.embeddings.create(input))).toEqual(expected);
      const plain = await openai.embeddings.create({ ...input, encoding_format: "float" });
      expect(embeddingsOf(plain)).toEqual(expected);
      const raw = await post(network.api, "/v1/embeddings", input, bearer(apiKey));
      expect(embeddingsOf(raw.body)).toEqual(expected);
      // Older versions decode any response.
      const wanted = { ...input, encoding_format: "base64" };
      const { body } = await post(network.api, "/v1/embeddings", wanted, bearer(apiKey));
      const bytes = Buffer.from(body.data[0].embedding, "base64");
      expect([...new Float32Array(new Uint8Array(bytes).buffer)]).toEqual(vector);
    });

    test.each([
      ["sends too few", [vector], /1 embeddings came for 2 inputs/],
      ["sends no numbers", [[null], [null]], /not a list of finite numbers/],
    ])("%s: a provider error", async (_, embeddings, message) => {
      answers(...embeddings);
      const failing = openai.embeddings.create(input);
      await expect(failing).rejects.toMatchObject({ status: 502, message });
    });
  });

  test("disconnects during a stream, and the provider call ends", async () => {
    provider.behave("endless", { kind: "stall", after: 2 });
    const stream = await openai.chat.completions.create({
      model: "wall/endless",
      messages,
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    const [call] = provider.callsOf("endless");
    await call?.closed;
    expect(call?.abandoned).toBe(true);
  });
});

describe("the AI SDK", () => {
  test("gets a text", async () => {
    provider.behave("fine", { kind: "answer", text: TEXT });
    const { text, usage } = await generateText({ model: models("wall/fine"), prompt: "why?" });
    expect([text, usage.outputTokens]).toEqual([TEXT, 4]);
  });

  test("gets a stream across the failure of a provider", async () => {
    provider.behave("broken", { kind: "end", after: 1, text: TEXT });
    provider.behave("fine", { kind: "answer", text: TEXT });
    const result = streamText({ model: models("smart"), prompt: "why?" });
    let text = "";
    for await (const part of result.textStream) text += part;
    expect(text).toBe(TEXT);
    expect((await result.usage).outputTokens).toBe(4);
  });

  test("runs its tools", async () => {
    const chunk = (delta: object, finish_reason: string | null = null) =>
      `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    const call = { index: 0, id: "c1", type: "function", function: { name: "add", arguments: "" } };
    const bytes =
      chunk({ role: "assistant", tool_calls: [call] }) +
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a":1,"b":2}' } }] }) +
      chunk({}, "tool_calls") +
      "data: [DONE]\n\n";
    provider.behave("tools", { kind: "raw", bytes });
    const properties = { a: { type: "number" }, b: { type: "number" } } as const;
    const add = tool({
      inputSchema: jsonSchema<{ a: number; b: number }>({ type: "object", properties }),
      execute: ({ a, b }) => Promise.resolve(a + b),
    });
    const { toolResults } = await generateText({
      model: models("wall/tools"),
      prompt: "add",
      tools: { add },
    });
    expect(toolResults).toMatchObject([{ toolName: "add", output: 3 }]);
  });
});

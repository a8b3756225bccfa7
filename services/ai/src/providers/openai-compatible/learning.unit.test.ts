import { afterAll, beforeAll, expect, test } from "vitest";
import { chatRequest, collect } from "../../testing/collect.ts";
import type { Behaviour, FaultProvider } from "../../testing/fault-provider.ts";
import { startFaultProvider } from "../../testing/fault-provider.ts";
import { createOpenAiModel } from "./model.ts";

let provider: FaultProvider;
beforeAll(async () => {
  provider = await startFaultProvider();
});
afterAll(() => provider.close());

const refuse = (message: string, param?: string): Behaviour => ({
  kind: "status",
  status: 400,
  body: { error: { message, type: "invalid_request_error", ...(param && { param }) } },
});
const GOOD: Behaviour = { kind: "answer", text: "a b" };
const bodies = (model: string) => provider.callsOf(model).map(({ body }) => body);

test("a refused parameter is sent under its other name, and remembered", async () => {
  const model = createOpenAiModel({ baseUrl: provider.baseUrl, apiKey: undefined });
  provider.behave("o", refuse("Unsupported parameter: 'max_tokens'.", "max_tokens"), GOOD);
  for (let turn = 0; turn < 2; turn += 1) {
    const { text, fault } = await collect(model, chatRequest("o", { max_tokens: 7 }));
    expect([text, fault]).toEqual(["a b", undefined]);
  }
  expect(bodies("o").map((body) => [body.max_tokens, body.max_completion_tokens])).toEqual([
    [7, undefined],
    [undefined, 7],
    [undefined, 7],
  ]);
});

test("a provider that refuses several parameters is asked until none is left", async () => {
  const model = createOpenAiModel({ baseUrl: provider.baseUrl, apiKey: undefined });
  const unknown = (name: string) => refuse(`Unknown parameter: '${name}'.`, name);
  provider.behave("many", unknown("seed"), unknown("stream_options"), unknown("logprobs"), GOOD);
  const request = chatRequest("many", { seed: 1, logprobs: true, temperature: 1 });
  expect((await collect(model, request)).text).toBe("a b");
  expect(bodies("many").at(-1)).toEqual({
    model: "many",
    messages: request.messages,
    stream: true,
    temperature: 1,
  });
});

test("a provider that does not stream is asked for the whole", async () => {
  const model = createOpenAiModel({ baseUrl: provider.baseUrl, apiKey: undefined });
  const message = { role: "assistant", content: "whole" };
  provider.behave("w", refuse("stream is not supported", "stream"), {
    kind: "status",
    status: 200,
    body: { choices: [{ index: 0, message, finish_reason: "stop" }] },
  });
  expect((await collect(model, chatRequest("w"))).text).toBe("whole");
  expect(bodies("w").at(-1)).toMatchObject({ stream: false });
});

test("where both names of the limit are refused, the error stands", async () => {
  const model = createOpenAiModel({ baseUrl: provider.baseUrl, apiKey: undefined });
  provider.behave(
    "both",
    refuse("max_tokens is not supported", "max_tokens"),
    refuse("max_completion_tokens is not supported", "max_completion_tokens"),
  );
  const { fault } = await collect(model, chatRequest("both", { max_tokens: 7 }));
  expect(fault).toMatchObject({ kind: "invalid", message: /max_completion_tokens/ });
  expect(bodies("both")).toHaveLength(2);
});

test("what the providers file names is not tried", async () => {
  const model = createOpenAiModel({
    baseUrl: provider.baseUrl,
    apiKey: undefined,
    dialect: { maxTokens: "max_completion_tokens", refused: ["seed"] },
  });
  await collect(model, chatRequest("named", { max_tokens: 7, seed: 1 }));
  expect(bodies("named")).toMatchObject([{ max_completion_tokens: 7 }]);
  expect(bodies("named")[0]).not.toHaveProperty("seed");
});

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { JsonObject } from "@vega/contracts";
import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { MeantCall } from "@vega/ai/testing/streams";
import { providerStreams } from "@vega/ai/testing/streams";
import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { isStepCount, jsonSchema, streamText, tool } from "ai";
import fc from "fast-check";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bearer } from "./people.ts";

/* Tool calls as official clients read them, for any labels of the provider's deltas. */

const TOKEN = "a-token-for-tests-only";
let provider: FaultProvider;
let network: Network;
let openai: OpenAI;
let baseURL: string;
/** Conversation of the last completion. */
let conversation = "";
beforeAll(async () => {
  provider = await startFaultProvider();
  network = await startNetwork({
    providers: {
      providers: [{ id: "wall", kind: "openai-compatible", base_url: provider.baseUrl }],
      limits: { retries: 0 },
    },
  });
  baseURL = `${network.api.url}/v1`;
  openai = new OpenAI({
    apiKey: TOKEN,
    baseURL,
    async fetch(...args) {
      const response = await fetch(...args);
      conversation = response.headers.get("vega-conversation") ?? "";
      return response;
    },
  });
});
afterAll(async () => {
  await network.close();
  await provider.close();
});

const messages = [{ role: "user" as const, content: "How is the weather?" }];

const frame = (delta: JsonObject, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const streamOf = (deltas: readonly JsonObject[]) =>
  deltas.map((delta) => frame(delta)).join("") + frame({}, "tool_calls") + "data: [DONE]\n\n";

async function storedCalls(): Promise<JsonObject[]> {
  const path = `/api/conversations/${conversation}/messages?shared=true`;
  const { body } = await network.api.get(path, bearer(TOKEN));
  return body.messages.at(-1).tool_calls;
}

/** Lists of tool calls without the ids that VEGA generated. */
const meantBy = (calls: unknown, meant: readonly MeantCall[]): MeantCall[] =>
  (calls as { id: string; function: { name: string; arguments: string } }[]).map(
    ({ id, function: called }, at) => ({
      id: meant[at]?.id === undefined && id ? undefined : id,
      name: called.name,
      args: called.arguments,
    }),
  );

test("streamed, non-streaming and stored tool calls are the same, and as the model sent them", async () => {
  await fc.assert(
    fc.asyncProperty(providerStreams, async ({ deltas, meant }) => {
      provider.behave("any", { kind: "raw", bytes: streamOf(deltas) });
      const body = { model: "wall/any", messages };
      const runner = openai.chat.completions.stream(body);
      const streamed = (await runner.finalMessage()).tool_calls;
      const kept = await storedCalls();
      expect(meantBy(streamed, meant)).toEqual(meant);
      expect(streamed).toMatchObject(kept);
      const completion = await openai.chat.completions.create(body);
      const whole = completion.choices[0]?.message.tool_calls;
      expect(meantBy(whole, meant)).toEqual(meant);
      expect(whole).toEqual(await storedCalls());
      expect(new Set(whole?.map(({ id }) => id)).size).toBe(meant.length);
    }),
    { numRuns: 40, endOnFailure: true },
  );
}, 60_000);

/** Two calls that both have index 0. */
const ALIKE = ["Bern", "Rome"].map((city) => ({
  tool_calls: [
    {
      index: 0,
      id: `call_${city}`,
      type: "function",
      function: { name: "weather", arguments: JSON.stringify({ city }) },
    },
  ],
}));
/** The same without labels. */
const BARE = ALIKE.map(({ tool_calls: [call] }) => ({
  tool_calls: [{ function: call?.function ?? {} }],
}));
const parameters = { type: "object", properties: { city: { type: "string" } } } as const;

/** Tool results in the last provider request, by call id. */
function resultsOf(model: string) {
  const sent = provider.callsOf(model).at(-1)?.body.messages as JsonObject[];
  const called = sent.flatMap(({ tool_calls }) => (tool_calls ?? []) as JsonObject[]);
  const results = sent.filter(({ role }) => role === "tool");
  expect(results.map(({ tool_call_id }) => tool_call_id)).toEqual(called.map(({ id }) => id));
  return results.map(({ content }) => content);
}

test.each([
  ["one index", ALIKE],
  ["no labels", BARE],
])("openai runs the tools of calls with %s", async (name, deltas) => {
  const model = `runs-${name.replace(" ", "-")}`;
  provider.behave(
    model,
    { kind: "raw", bytes: streamOf(deltas) },
    { kind: "answer", text: "Fine" },
  );
  const run = ({ city }: { city: string }) => `sun in ${city}`;
  const parse = (text: string) => JSON.parse(text) as { city: string };
  const described = { name: "weather", description: "the weather", parameters };
  const runner = openai.chat.completions.runTools({
    model: `wall/${model}`,
    messages,
    stream: true,
    tools: [{ type: "function", function: { ...described, function: run, parse } }],
  });
  expect(await runner.finalContent()).toBe("Fine");
  expect(resultsOf(model)).toEqual(["sun in Bern", "sun in Rome"]);
});

test.each([
  ["one index", ALIKE],
  ["no labels", BARE],
])("the AI SDK runs the tools of calls with %s", async (name, deltas) => {
  const model = `streams-${name.replace(" ", "-")}`;
  provider.behave(
    model,
    { kind: "raw", bytes: streamOf(deltas) },
    { kind: "answer", text: "Fine" },
  );
  const weather = tool({
    inputSchema: jsonSchema<{ city: string }>(parameters),
    execute: ({ city }) => Promise.resolve(`sun in ${city}`),
  });
  const vega = createOpenAICompatible({ name: "vega", baseURL, apiKey: TOKEN });
  const result = streamText({
    model: vega(`wall/${model}`),
    prompt: "weather",
    tools: { weather },
    stopWhen: isStepCount(2),
  });
  expect(await result.text).toBe("Fine");
  expect(resultsOf(model)).toEqual(["sun in Bern", "sun in Rome"]);
});

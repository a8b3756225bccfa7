import type { ChatEvent, JsonObject } from "@vega/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StreamPart } from "./completion.ts";
import { toChunks, toCompletion } from "./completion.ts";

const begun = {
  id: "chatcmpl-1",
  created: 1_700_000_000,
  conversation_id: "c",
  message_id: "m",
  replayed: false,
  memory: [],
};
const delta = (said: JsonObject, logprobs?: JsonObject): ChatEvent => ({
  event: "delta",
  delta: {
    json: JSON.stringify(said),
    ...(logprobs && { logprobs_json: JSON.stringify(logprobs) }),
  },
});
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const values = { "x-request-id": "r" };
const BEGUN: ChatEvent = { event: "begun", begun };
const STARTED: ChatEvent = { event: "started", started: { provider: "p", model: "org/m" } };
const FINISH: ChatEvent = { event: "finish", finish: { reason: "stop" } };
const USAGE: ChatEvent = { event: "usage", usage: { json: JSON.stringify(usage) } };
const COMPLETED: ChatEvent = { event: "completed", completed: {} };
const END = [FINISH, USAGE, COMPLETED];

const eventsOf = async function* (...events: (ChatEvent | Error)[]) {
  for (const event of events) {
    if (event instanceof Error) throw event;
    yield event;
  }
};
const answer = (...deltas: ChatEvent[]) =>
  eventsOf(BEGUN, { event: "headers", headers: { values } }, STARTED, ...deltas, ...END);

async function chunksOf(events: AsyncIterable<ChatEvent>, includeUsage = false) {
  const parts: StreamPart[] = [];
  for await (const part of toChunks(events, includeUsage)) parts.push(part);
  return {
    kinds: parts.map(({ kind }) => kind),
    chunks: parts.flatMap((part) => (part.kind === "chunk" ? [part.chunk] : [])),
    heads: parts.flatMap((part) => (part.kind === "head" ? [part.head] : [])),
  };
}

describe("a completion", () => {
  test("has OpenAI's shape", async () => {
    const events = answer(delta({ role: "assistant", content: "Hi" }), delta({ content: "!" }));
    expect(await toCompletion(events)).toEqual({
      head: { begun, headers: values },
      text: "Hi!",
      usage,
      body: {
        id: "chatcmpl-1",
        object: "chat.completion",
        created: 1_700_000_000,
        model: "p/org/m",
        choices: [
          {
            index: 0,
            message: { role: "assistant", content: "Hi!", refusal: null },
            logprobs: null,
            finish_reason: "stop",
          },
        ],
        usage,
      },
    });
  });

  test("has the log probabilities of content and refusal separately", async () => {
    const events = answer(
      delta({ content: "a" }, { content: [1] }),
      delta({ content: "b" }, { content: [2], refusal: null }),
      delta({ refusal: "c" }, { content: null, refusal: [3] }),
    );
    const { body } = await toCompletion(events);
    expect(body.choices).toMatchObject([{ logprobs: { content: [1, 2], refusal: [3] } }]);
    const other = await toCompletion(answer(delta({ content: "a" }, { content: [1] })));
    expect(other.body.choices).toMatchObject([{ logprobs: { content: [1], refusal: null } }]);
  });

  test("names the last model, and has no invented usage", async () => {
    const next: ChatEvent = { event: "started", started: { provider: "q", model: "n" } };
    const { body, ...rest } = await toCompletion(eventsOf(BEGUN, STARTED, next, COMPLETED));
    expect(body).toMatchObject({ model: "q/n", choices: [{ finish_reason: null }] });
    expect(body).not.toHaveProperty("usage");
    expect(rest).toEqual({ head: { begun, headers: {} }, text: "", usage: null });
  });

  test("throws the error of the events, and one for a missing `begun`", async () => {
    const fault = new Error("broke off");
    await expect(toCompletion(eventsOf(BEGUN, delta({}), fault))).rejects.toBe(fault);
    await expect(toCompletion(eventsOf(STARTED, ...END))).rejects.toThrow("begun");
  });
});

describe("chunks", () => {
  test("add up to the completion", async () => {
    const pieces = fc.array(fc.record({ content: fc.string(), reasoning: fc.string() }));
    await fc.assert(
      fc.asyncProperty(pieces, async (said) => {
        const deltas = said.map((one) => delta(one));
        const { chunks, kinds, heads } = await chunksOf(answer(...deltas), true);
        expect(kinds.indexOf("head")).toBe(0);
        expect(heads).toEqual([{ begun, headers: values }]);
        const { body } = await toCompletion(answer(...deltas));
        const text = chunks.flatMap(({ choices }) =>
          (choices as { delta: JsonObject }[]).map((one) => one.delta.content ?? ""),
        );
        expect(body.choices).toMatchObject([{ message: { content: text.join("") } }]);
        for (const { id, created, model } of chunks)
          expect(body).toMatchObject({ id, created, model });
        expect(chunks.at(-1)).toMatchObject({ choices: [], usage });
      }),
    );
  });

  test("have the usage in the last chunk if requested, null before", async () => {
    const asked = await chunksOf(answer(delta({ content: "Hi" })), true);
    expect(asked.chunks.map((chunk) => chunk.usage)).toEqual([null, null, usage]);
    const { chunks } = await chunksOf(answer(delta({ content: "Hi" }, { content: [1] })));
    expect(chunks.map(({ choices }) => choices)).toEqual([
      [
        {
          index: 0,
          delta: { role: "assistant", content: "Hi" },
          logprobs: { content: [1] },
          finish_reason: null,
        },
      ],
      [{ index: 0, delta: {}, logprobs: null, finish_reason: "stop" }],
    ]);
    for (const chunk of chunks) expect(chunk).not.toHaveProperty("usage");
  });

  test("have the role exactly once, in the first chunk", async () => {
    const role = "assistant";
    const deltasOf = async (...events: ChatEvent[]) => {
      const { chunks } = await chunksOf(answer(...events));
      return chunks.flatMap(({ choices }) => (choices as { delta: JsonObject }[])[0]?.delta ?? []);
    };
    const [a, b] = [{ content: "a" }, { content: "b" }];
    const expected = [{ role, ...a }, b, {}];
    expect(await deltasOf(delta(a), delta(b))).toEqual(expected);
    expect(await deltasOf(delta({ role, ...a }), delta({ role, ...b }))).toEqual(expected);
    expect(await deltasOf()).toEqual([{ role }]);
  });

  test("start with the first event of the model, so that earlier failures have a status", async () => {
    const fault = new Error("down");
    const parts = toChunks(eventsOf(BEGUN, STARTED, fault), true);
    await expect(parts.next()).rejects.toBe(fault);
    await expect(chunksOf(eventsOf(BEGUN, STARTED, COMPLETED))).rejects.toThrow("no content");
  });
});

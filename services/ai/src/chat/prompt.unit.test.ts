import type { Conversation, JsonObject, Message } from "@vega/contracts";
import { messageId, VegaError } from "@vega/contracts";
import { describe, expect, test } from "vitest";
import { preparePrompt } from "./prompt.ts";
import { readRequest } from "./request.ts";

const ID = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
const says = (role: string, content: string): JsonObject => ({ role, content });
const question = says("user", "What of Bern?");
const SMALL = { contextWindow: 2_000 } as never;

/** A stored conversation and memory, with recorded writes. */
function world(said: JsonObject[], summary: Conversation["summary"] = null) {
  const messages = said.map((one, position) => {
    const id = messageId(ID, position);
    return { id, position, status: "complete", ...one } as unknown as Message;
  });
  const kept: { text: string; upTo: string }[] = [];
  const summarized: [string | undefined, number][] = [];
  const conversation = { id: ID, message_count: said.length, summary } as Conversation;
  const given = {
    summary: "It was about Switzerland." as string | undefined,
    keeps: true,
  };
  const take = (asked: JsonObject, target = SMALL) =>
    preparePrompt(readRequest(JSON.stringify({ vega_conversation: ID, ...asked })), {
      storage: {
        read: async () => ({ conversation, messages: messages.toReversed(), next_cursor: null }),
        readFirst: async () => [],
        async summarize(_owner, _id, text, upTo) {
          if (!given.keeps) throw new VegaError("unavailable", "away");
          kept.push({ text, upTo });
        },
      },
      owner: "ada",
      disabled: new Set(),
      target,
      readMemory: () => Promise.reject(new Error("unexpected read of memory")),
      async summarize(before, left) {
        summarized.push([before, left.length]);
        return given.summary;
      },
    });
  return { take, kept, summarized, given };
}

const short = [says("system", "Be brief."), says("user", "hi"), says("assistant", "hello")];
/** Too long for a window of 2,000 tokens. */
const long = Array.from({ length: 20 }, (_, at) =>
  says(at % 2 ? "assistant" : "user", `${at}: ${"word ".repeat(60)}`),
);

test("a new conversation has the request's messages and its first question as title", async () => {
  const { take } = world([]);
  const messages = [says("developer", "Be brief."), says("user", `  What \n is ${"x".repeat(99)}`)];
  const prepared = await take({ messages, vega_conversation: null });
  expect(prepared).toMatchObject({
    messages,
    added: [says("system", "Be brief."), messages[1]],
    prompt: { left_out: 0, summarized: false, memory: [] },
    title: `What is ${"x".repeat(71)}…`,
  });
  const smiling = says("user", "😀".repeat(99));
  const { title } = await take({ messages: [smiling], vega_conversation: null });
  expect(title).toBe(`${"😀".repeat(39)}…`);
});

test("a conversation continues with the next messages or the rest of a list", async () => {
  const { take, summarized } = world(short);
  for (const messages of [[question], [...short, question]]) {
    expect(await take({ messages })).toMatchObject({
      messages: [...short, question],
      added: [question],
      prompt: { left_out: 0, summarized: false },
      title: undefined,
    });
  }
  expect(summarized).toEqual([]);
});

test("a repeated question after an interrupted completion is stored once", async () => {
  const broken = { ...says("assistant", "It is the cap"), status: "truncated" };
  const stopped = { ...says("assistant", "It"), status: "cancelled" };
  const { take } = world([...short, question, broken, stopped]);
  for (const messages of [[question], [...short, question]]) {
    expect(await take({ messages })).toMatchObject({ messages: [...short, question], added: [] });
  }
  // A continuation is shown the partial text.
  const { messages, added } = await take({ messages: [says("user", "Go on.")] });
  expect(messages).toEqual([...short, question, says("assistant", "It"), says("user", "Go on.")]);
  expect(added).toEqual([says("user", "Go on.")]);
  const whole = says("assistant", "It is the capital.");
  const next = [...short, question, whole, says("user", "Why?")];
  const later = await world([...short, question, broken, whole]).take({ messages: next });
  expect(later).toMatchObject({ messages: next, added: [says("user", "Why?")] });
});

describe("messages that do not fit", () => {
  test("are summarized; the summary is shown and stored", async () => {
    const { take, kept, summarized } = world(long);
    const { messages, added, prompt } = await take({ messages: [question] });
    const left = 20 - (messages.length - 2);
    expect(messages[0]?.content).toContain("It was about Switzerland.");
    expect(messages.slice(1)).toEqual([...long.slice(left), question]);
    expect(messages[1]?.role).toBe("user");
    expect(prompt).toMatchObject({ left_out: left, summarized: true });
    expect(summarized).toEqual([[undefined, left]]);
    expect(kept).toEqual([{ text: "It was about Switzerland.", upTo: messageId(ID, left - 1) }]);
    expect(added).toEqual([question]);
  });

  test("do not include the system prompt", async () => {
    const prompt = says("system", "Answer in rhymes.");
    const { take, kept } = world([prompt, ...long]);
    const { messages, prompt: told } = await take({ messages: [question] });
    const left = 20 - (messages.length - 2);
    expect(messages[0]).toEqual({
      role: "system",
      content:
        "Answer in rhymes.\n\nSummary of the earlier conversation:\nIt was about Switzerland.",
    });
    expect(messages.slice(1)).toEqual([...long.slice(left), question]);
    expect(told.left_out).toBe(left);
    expect(kept).toEqual([{ text: "It was about Switzerland.", upTo: messageId(ID, left) }]);
  });

  test("depend on the context window of the model", async () => {
    for (const target of [{ contextWindow: 100_000 } as never, { contextWindow: undefined }]) {
      const { messages } = await world(long).take({ messages: [question] }, target as never);
      expect(messages).toEqual([...long, question]);
    }
  });

  test("are counted in the prompt where there is no summary", async () => {
    const { take, kept, given } = world(long);
    given.summary = undefined;
    const { messages, prompt } = await take({ messages: [question] });
    expect(messages[0]?.content).toMatch(new RegExp(`^${prompt.left_out} older messages`));
    expect(prompt.summarized).toBe(false);
    expect(kept).toEqual([]);
  });

  test("extend the previous summary, which stays if a new one fails", async () => {
    const earlier = { text: "Her name is Ada.", up_to_message: messageId(ID, 1) };
    const { take, summarized, given } = world(long, earlier);
    const { prompt } = await take({ messages: [question] });
    expect(summarized).toEqual([["Her name is Ada.", prompt.left_out - 2]]);
    given.summary = undefined;
    const { messages } = await take({ messages: [question] });
    expect(messages[0]?.content).toMatch(/Her name is Ada\.\n\n\d+ older messages/);
  });

  test("do not stop the turn when the summary can't be stored", async () => {
    const { take, given } = world(long);
    given.keeps = false;
    expect((await take({ messages: [question] })).prompt.summarized).toBe(true);
  });

  test("never include the request itself", async () => {
    const huge = says("user", "word ".repeat(5_000));
    const { messages } = await world(long).take({ messages: [huge] });
    expect(messages).toHaveLength(2);
    expect(messages[1]).toEqual(huge);
  });
});

test("a whole list after a summary is not duplicated", async () => {
  const { take } = world(long, { text: "Of old.", up_to_message: messageId(ID, 15) });
  const { messages, added } = await take({ messages: [...long, question] });
  expect(added).toEqual([question]);
  expect(messages.slice(1)).toEqual([...long.slice(16), question]);
  expect(messages[0]?.content).toBe("Summary of the earlier conversation:\nOf old.");
});

import type { JsonObject } from "@vega/contracts";
import { expect, test } from "vitest";
import type { CompletionEvent } from "../failover/complete.ts";
import type { ChatRequest } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import { summarize, summaryMessage } from "./summary.ts";

const delta = (content: string | null): CompletionEvent => ({ kind: "delta", delta: { content } });
const going = new AbortController().signal;

/** A model that says something, and what it was asked. */
function modelThat(...events: (CompletionEvent | Error)[]) {
  const asked: ChatRequest[] = [];
  const ask = async function* (request: ChatRequest, signal: AbortSignal) {
    asked.push(request);
    for (const event of events) {
      if (signal.aborted) throw new ModelError("cancelled", "the caller went away");
      if (event instanceof Error) throw event;
      yield event;
    }
  };
  const prompt = () => String(asked[0]?.messages.at(-1)?.content);
  return { ask, asked, prompt };
}

const messages: JsonObject[] = [
  { role: "user", content: "I live in Bern." },
  { role: "assistant", content: null, tool_calls: [{ id: "weather-call" }] },
  { role: "tool", content: "rain" },
  { role: "user", content: [{ type: "text", text: "And tomorrow?" }] },
];

test("a summary is what the model says of all that was said, and of the summary before it", async () => {
  const { ask, asked, prompt } = modelThat(delta(" It rains"), delta(null), delta(" in Bern.\n"));
  expect(await summarize(ask, "Her name is Ada.", messages, going)).toBe("It rains in Bern.");
  const parts = ["Ada", "user: I live in Bern", "weather-call", "tool: rain", "And tomorrow?"];
  const places = parts.map((part) => prompt().indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(asked).toHaveLength(1);
});

test("without a summary before it there is no word of one", async () => {
  const { ask, prompt } = modelThat(delta("x"));
  await summarize(ask, undefined, messages, going);
  expect(prompt().startsWith("user: I live in Bern.")).toBe(true);
});

test("of very much the newest is told, and the summary before it whole", async () => {
  const before = `begin ${"b".repeat(2_000)} end`;
  const many = Array.from({ length: 40 }, (_, at) => ({
    role: "user",
    content: `<${at}> ${"x".repeat(10_000)}`,
  }));
  const { ask, prompt } = modelThat(delta("x"));
  await summarize(ask, before, many, going);
  expect(prompt()).toContain(before);
  expect(prompt()).toContain("<39>");
  expect(prompt()).not.toContain("<0>");
  expect(prompt().length).toBeLessThan(65_000);
});

test("wherever it is cut, what is asked is well-formed", async () => {
  const many = Array.from({ length: 30 }, (_, at) => ({
    role: "user",
    content: "x".repeat(at % 2) + "😀".repeat(3_000),
  }));
  const { ask, prompt } = modelThat(delta("x".repeat(7_999)), delta("😀😀"));
  const summary = await summarize(ask, undefined, many, going);
  expect(prompt().isWellFormed()).toBe(true);
  expect(summary).toHaveLength(8_000);
  expect(summary?.isWellFormed()).toBe(true);
});

test.each<[string, (CompletionEvent | Error)[]]>([
  ["fails", [new ModelError("unavailable", "down")]],
  ["breaks off", [delta("It ra"), new ModelError("broken_stream", "gone")]],
  ["says nothing", [delta("")]],
  ["says blanks", [delta(" \n ")]],
])("a model that %s gives none", async (_, events) => {
  expect(await summarize(modelThat(...events).ask, "before", messages, going)).toBeUndefined();
});

test("nobody waits for one when the turn is over", async () => {
  const { ask } = modelThat(delta("It rains."));
  expect(await summarize(ask, undefined, messages, AbortSignal.abort())).toBeUndefined();
});

test("a model is told the summary, and of how many messages it says nothing", () => {
  expect(summaryMessage("It rains.", 0)).toEqual({
    role: "system",
    content: "Summary of the earlier conversation:\nIt rains.",
  });
  expect(summaryMessage(undefined, 12).content).toMatch(/^12 older messages/);
  expect(summaryMessage("It rains.", 3).content).toMatch(/It rains\.\n\n3 older messages/);
});

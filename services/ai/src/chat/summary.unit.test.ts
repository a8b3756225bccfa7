import type { JsonObject } from "@vega/contracts";
import { expect, test } from "vitest";
import type { CompletionEvent } from "../failover/complete.ts";
import type { ChatRequest } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import { summarize, summaryText } from "./summary.ts";

const delta = (content: string | null): CompletionEvent => ({ kind: "delta", delta: { content } });
const going = new AbortController().signal;

/** A model with prepared events and recorded requests. */
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

test("a summary covers the messages and the previous summary", async () => {
  const { ask, asked, prompt } = modelThat(delta(" It rains"), delta(null), delta(" in Bern.\n"));
  expect(await summarize(ask, "Her name is Ada.", messages, going)).toBe("It rains in Bern.");
  const parts = ["Ada", "user: I live in Bern", "weather-call", "tool: rain", "And tomorrow?"];
  const places = parts.map((part) => prompt().indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(asked).toHaveLength(1);
});

test("without a previous summary the input does not mention one", async () => {
  const { ask, prompt } = modelThat(delta("x"));
  await summarize(ask, undefined, messages, going);
  expect(prompt().startsWith("user: I live in Bern.")).toBe(true);
});

test("of a long conversation the newest messages and the whole previous summary are sent", async () => {
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

test("property: the input is well-formed wherever it is cut", async () => {
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
])("a model that %s yields no summary", async (_, events) => {
  expect(await summarize(modelThat(...events).ask, "before", messages, going)).toBeUndefined();
});

test("a cancelled turn does not wait for a summary", async () => {
  const { ask } = modelThat(delta("It rains."));
  expect(await summarize(ask, undefined, messages, AbortSignal.abort())).toBeUndefined();
});

test("the text of a summary has the summary and the number of messages it does not cover", () => {
  expect(summaryText("It rains.", 0)).toBe("Summary of the earlier conversation:\nIt rains.");
  expect(summaryText(undefined, 12)).toMatch(/^12 older messages/);
  expect(summaryText("It rains.", 3)).toMatch(/It rains\.\n\n3 older messages/);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../define/json.ts";
import { createMessageAccumulator } from "./message-accumulator.ts";

function answerOf(...deltas: JsonObject[]) {
  const answer = createMessageAccumulator();
  for (const delta of deltas) answer.add(delta);
  return answer;
}

const call = (index: number, id: string, name: string, args: string): JsonObject => ({
  index,
  id,
  type: "function",
  function: { name, arguments: args },
});
const made = (id: string, name: string, args: string) => ({
  type: "function",
  id,
  function: { name, arguments: args },
});

test("an answer that says nothing is an empty text, and no call", () => {
  const answer = answerOf({ role: "assistant" }, {}, { content: null });
  expect([answer.text(), answer.toolCalls()]).toEqual(["", []]);
  expect(answer.message()).toEqual({ role: "assistant", content: "", refusal: null });
});
/** A text cut anywhere, with nothing in some pieces. */
const pieces = (text: string, cuts: readonly number[]): string[] => {
  const at = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length];
  const places = at.toSorted((a, b) => a - b);
  return places.slice(1).map((to, index) => text.slice(places[index], to));
};
const text = fc.string({ unit: "binary", maxLength: 30 });
const cuts = fc.array(fc.nat(), { maxLength: 8 });

test("cut anywhere, deltas give the same message as at once", () => {
  const said = fc.record({ content: text, reasoning_content: text, refusal: text });
  const calls = fc.array(fc.record({ name: fc.string({ minLength: 1 }), args: text }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(said, calls, cuts, (whole, wanted, at) => {
      const tool_calls = wanted.map(({ name, args }, n) => call(n, `c${n}`, name, args));
      const once = answerOf({ role: "assistant", ...whole, tool_calls });
      const answer = createMessageAccumulator();
      for (const [key, value] of Object.entries(whole)) {
        for (const piece of pieces(value, at)) answer.add({ role: "assistant", [key]: piece });
      }
      const inPieces = wanted.map(({ args }) => pieces(args, at));
      answer.add({ tool_calls: wanted.map(({ name }, n) => call(n, `c${n}`, name, "")) });
      // Pieces of all of them in turn, as calls that are made side by side come.
      for (let turn = 0; turn <= at.length; turn += 1) {
        answer.add({
          tool_calls: inPieces.map((args, index) => ({
            index,
            function: { arguments: args[turn] ?? "" },
          })),
        });
      }
      expect([answer.message(), answer.text()]).toEqual([once.message(), whole.content]);
      expect(answer.toolCalls().map((one) => (one.function as JsonObject).arguments)).toEqual(
        wanted.map(({ args }) => args),
      );
    }),
  );
});

describe("calls of tools", () => {
  test("leave the content null where there is no text, and stand beside it where there is", () => {
    const calls = { tool_calls: [call(0, "a", "f", "{}")] };
    expect(answerOf(calls).message()).toMatchObject({ content: null });
    const both = answerOf({ content: "I look it up." }, calls).message();
    expect(both).toMatchObject({ content: "I look it up.", tool_calls: [made("a", "f", "{}")] });
  });

  test("come in the order of opening, with the pieces of each under its index", () => {
    const answer = answerOf(
      { tool_calls: [call(0, "a", "f", "{"), call(1, "b", "g", "[")] },
      { tool_calls: [{ index: 1, function: { arguments: "]" } }] },
      { tool_calls: [{ index: 0, function: { arguments: "}" } }] },
    );
    expect(answer.toolCalls()).toEqual([made("a", "f", "{}"), made("b", "g", "[]")]);
  });

  test("of custom tools have their input put together", () => {
    const custom = { name: "run", input: "a" };
    const answer = answerOf(
      { tool_calls: [{ index: 0, id: "a", type: "custom", custom }] },
      { tool_calls: [{ index: 0, custom: { input: "b" } }] },
    );
    expect(answer.toolCalls()).toEqual([
      { id: "a", type: "custom", custom: { name: "run", input: "ab" } },
    ]);
  });

  test("keep what a provider says of them beside OpenAI's members", () => {
    const extra_content = { google: { thought_signature: "s" } };
    const answer = answerOf({ tool_calls: [{ ...call(0, "a", "f", "{}"), extra_content }] });
    expect(answer.toolCalls()).toEqual([{ ...made("a", "f", "{}"), extra_content }]);
  });
});

test("what else models say is put together by its kind", () => {
  const answer = answerOf(
    { reasoning: "thi", annotations: [1], audio: { id: "x", data: "aa" }, refusal: null },
    { reasoning: "nk", annotations: [2], audio: { id: "x", data: "bb" }, seen: 1 },
    { reasoning: null, function_call: { name: "f", arguments: "{" }, seen: 2 },
    { function_call: { name: "f", arguments: "}" }, refusal: "no" },
  );
  expect(answer.message()).toEqual({
    role: "assistant",
    content: "",
    reasoning: "think",
    annotations: [1, 2],
    audio: { id: "x", data: "aabb" },
    function_call: { name: "f", arguments: "{}" },
    seen: 2,
    refusal: "no",
  });
});

test("what is no call, and keys that could reach a prototype, do no harm", () => {
  const odd = JSON.parse('{"tool_calls":[null,3,"x"],"__proto__":{"polluted":true}}') as JsonObject;
  expect(answerOf(odd).toolCalls()).toEqual([]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect(answerOf({ tool_calls: null }).message()).not.toHaveProperty("tool_calls");
});

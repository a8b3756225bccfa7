import type { JsonObject, Message } from "@vega/contracts";
import { messageId } from "@vega/contracts";
import { describe, expect, test } from "vitest";
import type { PromptMessage } from "./prompt-messages.ts";
import { toPrompt, withoutCovered, withoutOpenCalls } from "./prompt-messages.ts";

const ID = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
const stored = (position: number, more: Partial<Message> = {}) =>
  ({
    id: messageId(ID, position),
    position,
    role: "user",
    content: `message ${position}`,
    status: "complete",
    ...more,
  }) as Message;

const call = { id: "a", type: "function", function: { name: "f", arguments: '{"q":1}' } };

const shownOf = (message: JsonObject, position = 0): PromptMessage => ({
  id: messageId(ID, position),
  position,
  isPartial: false,
  message,
});

describe("tool calls", () => {
  const says = (role: string, more: object = {}) => shownOf({ role, content: "", ...more });
  const result = (id: string) => says("tool", { tool_call_id: id });
  const calls = [call, { ...call, id: "b" }];
  const asks = says("assistant", { content: null, tool_calls: calls });

  test("stay with all their results", () => {
    const whole = [says("user"), asks, result("a"), result("b"), says("user")];
    expect(withoutOpenCalls(whole, [])).toEqual(whole);
  });

  test("without all results are removed with the results they have", () => {
    const half = [says("user"), asks, result("a"), says("user")];
    expect(withoutOpenCalls(half, [])).toEqual([half[0], half[3]]);
    const spoken = says("assistant", { content: "wait", tool_calls: calls });
    expect(withoutOpenCalls([spoken, says("user")], [])).toEqual([
      says("assistant", { content: "wait" }),
      says("user"),
    ]);
  });

  test("at the end may have their results in the request", () => {
    const open = [says("user"), asks, result("a")];
    expect(withoutOpenCalls(open, [result("b").message])).toEqual(open);
    expect(withoutOpenCalls(open, [says("user").message])).toEqual([open[0]]);
  });

  test("that are missing take their results with them", () => {
    const lone = [result("a"), says("user"), asks, result("a"), result("b"), result("c")];
    expect(withoutOpenCalls(lone, [])).toEqual(lone.slice(1, 5));
  });
});

describe("summarized messages", () => {
  const roles = (letters: string) =>
    letters.split("").map((letter, at) => {
      const role = { s: "system", u: "user", a: "assistant", t: "tool" }[letter] ?? "";
      return shownOf({ role }, at);
    });
  const fresh = [{ role: "user" }];

  test.each([
    ["without a summary", "suaua", -1, fresh, [1, 2, 3, 4], 0],
    ["but for the system prompts", "suaua", 2, fresh, [3, 4], 2],
    ["but for the question of a turn that it ends in", "suauata", 5, fresh, [3, 6], 4],
    ["but for the call before a result", "suuata", 3, fresh, [2, 3, 4, 5], 1],
    ["all of it", "suaua", 4, fresh, [], 4],
    [
      "all but question and call where the request has the result",
      "suata",
      4,
      [{ role: "tool" }],
      [1, 4],
      2,
    ],
  ] as const)("goes %s", (_, letters, covered, request, rest, hidden) => {
    const known = roles(letters);
    expect(withoutCovered(known, request, covered)).toEqual({
      lead: known.slice(0, 1),
      rest: rest.map((at) => known[at]),
      hidden,
    });
  });
});

test("the prompt has no streaming, empty or retried assistant messages", () => {
  const answers: Partial<Message>[] = [
    { content: "", status: "failed" },
    { content: null, status: "cancelled" },
    { content: "on its way", status: "streaming" },
    { content: "half of", status: "truncated" },
    { role: "user", content: "Go on." },
    { content: "made again", status: "cancelled" },
    { content: null, tool_calls: [call] },
  ];
  const messages = [
    stored(0, { content: "" }),
    ...answers.map((one, at) => stored(at + 1, { role: "assistant", ...one })),
    stored(8, { role: "tool", content: "found", tool_call_id: "a" }),
  ];
  const shown = toPrompt(messages);
  expect(shown.map(({ id }) => id)).toEqual([0, 4, 5, 7, 8].map((at) => messageId(ID, at)));
  expect(shown.map(({ message }) => message)).toEqual([
    { role: "user", content: "" },
    { role: "assistant", content: "half of" },
    { role: "user", content: "Go on." },
    { role: "assistant", content: null, tool_calls: [call] },
    { role: "tool", content: "found", tool_call_id: "a" },
  ]);
});

test("tool calls of an interrupted completion are not shown", () => {
  const broken: Partial<Message> = { role: "assistant", status: "truncated", tool_calls: [call] };
  const messages = [
    stored(0, { ...broken, content: null }),
    stored(1, { ...broken, content: "x" }),
  ];
  expect(toPrompt(messages).map(({ message }) => message)).toEqual([
    { role: "assistant", content: "x" },
  ]);
});

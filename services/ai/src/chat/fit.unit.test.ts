import type { JsonObject } from "@vega/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cut } from "./fit.ts";
import { budgetOf, cutToBudget, DEFAULT_WINDOW } from "./fit.ts";

/** One token per character. */
const count = ({ content }: JsonObject) => (content as string).length;
const says = (role: string, length: number): JsonObject => ({ role, content: "x".repeat(length) });
const sizeOf = (messages: readonly JsonObject[]) =>
  messages.reduce((sum, message) => sum + count(message), 0);

/** Parts of a conversation: a user message, an assistant message, or tool calls with results. */
const part = fc.oneof(
  fc.nat(50).map((length) => [says("user", length)]),
  fc.nat(50).map((length) => [says("assistant", length)]),
  fc.array(fc.nat(50), { minLength: 1, maxLength: 3 }).map((lengths) => calls(lengths)),
);
let ids = 0;
/** A message with tool calls, and one result of each length. */
function calls(lengths: readonly number[]): JsonObject[] {
  const results = lengths.map((length) => ({
    ...says("tool", length),
    tool_call_id: `call ${(ids += 1)}`,
  }));
  const tool_calls = results.map(({ tool_call_id: id }) => ({ id, type: "function" }));
  return [{ role: "assistant", content: "call", tool_calls }, ...results];
}
const list = fc.array(part, { maxLength: 12 }).map((parts) => parts.flat());
/** A conversation whose last messages are in the request. */
const talk = fc.tuple(list, fc.nat(6)).map(([all, fresh]) => ({
  history: all.slice(0, -fresh || undefined),
  asked: all.slice(-fresh || all.length),
}));
const budgets = fc.nat(600);

const keptOf = (history: readonly JsonObject[], { from, question }: Cut): JsonObject[] => [
  ...(question === undefined ? [] : history.slice(question, question + 1)),
  ...history.slice(from),
];
const idsOf = ({ tool_calls }: JsonObject): unknown[] =>
  ((tool_calls ?? []) as JsonObject[]).map(({ id }) => id);

test("a conversation that fits is not cut", () => {
  fc.assert(
    fc.property(talk, budgets, ({ history, asked }, budget) => {
      fc.pre(sizeOf(history) + sizeOf(asked) <= budget);
      expect(cutToBudget(history, asked, budget, count)).toEqual({ from: 0, question: undefined });
    }),
  );
});

test("property: the question and the last call stay, calls and results stay together, the rest fits", () => {
  fc.assert(
    fc.property(talk, budgets, ({ history, asked }, budget) => {
      const cut = cutToBudget(history, asked, budget, count);
      const kept = keptOf(history, cut);
      const shown = [...kept, ...asked];
      const whole = [...history, ...asked];
      // Each result follows its call, and each call has its results.
      shown.forEach((message, at) => {
        if (message["role"] === "tool") {
          const call = shown.slice(0, at).findLast(({ role }) => role !== "tool") ?? {};
          expect(idsOf(call)).toContain(message["tool_call_id"]);
        }
        const results = shown.slice(at + 1).map(({ tool_call_id }) => tool_call_id);
        expect(results).toEqual(expect.arrayContaining(idsOf(message)));
      });
      const question = whole.findLast(({ role }) => role === "user");
      if (question) expect(shown).toContain(question);
      const call = whole.findLastIndex(({ tool_calls }) => tool_calls !== undefined);
      const isOpen = call > whole.findLastIndex(({ role }) => role === "user");
      if (call >= 0 && isOpen) expect(shown).toContain(whole[call]);
      // The rest starts with a user message, unless it is empty or the conversation does not.
      const isCut = kept.length < history.length;
      if (isCut && kept[0] && question) {
        const began = history
          .slice(0, history.indexOf(kept[0]))
          .some(({ role }) => role === "user");
        expect(kept[0]["role"] === "user" || !began).toBe(true);
      }
      if (!isCut || sizeOf(shown) <= budget) return;
      // Still too long: only the mandatory messages are left.
      const lastCall = history.findLastIndex(({ tool_calls }) => tool_calls !== undefined);
      const isAnswered = asked[0]?.["role"] === "tool" || (isOpen && call < history.length);
      const needed = isAnswered ? lastCall : history.length;
      const before = isAnswered && history.findLast(({ role }) => role === "user");
      const isNeeded = (message: JsonObject) =>
        message === question || message === before || history.indexOf(message) >= needed;
      expect(kept.filter((message) => !isNeeded(message))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test("a cut leaves half of the budget free", () => {
  const history = Array.from({ length: 40 }, (_, at) => says(at % 2 ? "assistant" : "user", 10));
  const asked = [says("user", 20)];
  expect(cutToBudget(history, asked, 420, count).from).toBe(0);
  const cut = cutToBudget(history, asked, 419, count);
  expect(sizeOf(keptOf(history, cut))).toBe(180);
});

test("a question that exceeds the budget stays alone", () => {
  const history = [says("user", 1), says("assistant", 1)];
  const cut = cutToBudget(history, [says("user", 100)], 50, count);
  expect(keptOf(history, cut)).toEqual([]);
});

describe("a single turn that exceeds the budget", () => {
  const question = says("user", 10);
  const older = [says("user", 10), says("assistant", 10)];

  test("loses its oldest calls, with their results; the question stays", () => {
    const pairs = [100, 100, 100].map((length) => calls([length]));
    const [, , last = []] = pairs;
    const history = [...older, question, ...pairs.flat().slice(0, -1)];
    const cut = cutToBudget(history, last.slice(-1), 300, count);
    expect(keptOf(history, cut)).toEqual([question, ...last.slice(0, -1)]);
    const more = cutToBudget(history, last.slice(-1), 335, count);
    expect(keptOf(history, more)).toEqual(keptOf(history, cut));
    expect(keptOf(history, cutToBudget(history, last.slice(-1), 340, count))).toEqual([
      question,
      ...pairs.flat().slice(2, -1),
    ]);
  });

  test("keeps all results of the last call, including those of the request", () => {
    const last = calls([50, 50, 50]);
    const history = [...older, question, ...calls([50]), ...last.slice(0, 2)];
    const cut = cutToBudget(history, last.slice(2), 100, count);
    expect(keptOf(history, cut)).toEqual([question, ...last.slice(0, 2)]);
  });

  test("keeps its newest messages and its question beside the next question", () => {
    const pairs = [100, 20].map((length) => calls([length]));
    const answer = says("assistant", 10);
    const history = [...older, question, ...pairs.flat(), answer];
    const cut = cutToBudget(history, [says("user", 10)], 130, count);
    expect(keptOf(history, cut)).toEqual([question, ...(pairs[1] ?? []), answer]);
    expect(keptOf(history, cutToBudget(history, [says("user", 10)], 20, count))).toEqual([]);
  });
});

describe("the budget", () => {
  test.each<[string, number | undefined, JsonObject, number]>([
    ["the window but for an answer", 8_000, {}, 8_000 - 1_024],
    ["the window but for the answer asked for", 8_000, { max_tokens: 3_000 }, 5_000],
    [
      "by the newer name first",
      8_000,
      { max_tokens: 1, max_completion_tokens: 3_000 },
      8_000 - 3_000,
    ],
    ["for as much as there is room", 8_000, { max_tokens: -1 }, 8_000 - 1_024],
    ["for no number", 8_000, { max_tokens: null }, 8_000 - 1_024],
    ["never less than nothing", 4_000, { max_tokens: 8_000 }, 0],
    ["of a guessed window", undefined, {}, DEFAULT_WINDOW - 1_024],
    ["of a guessed window half at least", undefined, { max_tokens: 64_000 }, DEFAULT_WINDOW / 2],
  ])("is %s", (_, window, options, budget) => {
    expect(budgetOf(window, options)).toBe(budget);
  });

  test("is reduced by the descriptions of tools", () => {
    const tools = [{ type: "function", function: { name: "f", description: "x".repeat(300) } }];
    expect(budgetOf(8_000, { tools })).toBeLessThan(8_000 - 1_024 - 100);
  });
});

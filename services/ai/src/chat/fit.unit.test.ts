import type { JsonObject } from "@vega/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { budgetOf, countLeftOut, DEFAULT_WINDOW } from "./fit.ts";

/** As many tokens as it has characters. */
const count = ({ content }: JsonObject) => (content as string).length;
const says = (role: string, length: number): JsonObject => ({ role, content: "x".repeat(length) });
const sizeOf = (messages: readonly JsonObject[]) =>
  messages.reduce((sum, message) => sum + count(message), 0);

const role = fc.constantFrom("system", "user", "assistant", "tool");
const messages = fc.array(fc.tuple(role, fc.nat(50)), { maxLength: 20 });
const list = messages.map((all) => all.map(([who, length]) => says(who, length)));
const budgets = fc.nat(600);

test("nothing is left out where all fits, and something is where it does not", () => {
  fc.assert(
    fc.property(list, list, budgets, (history, asked, budget) => {
      const left = countLeftOut(history, asked, budget, count);
      const fits = sizeOf(history) + sizeOf(asked) <= budget;
      if (fits) expect(left).toBe(0);
      else if (history.length > 0) expect(left).toBeGreaterThan(0);
    }),
  );
});

test("what is kept fits beside what is asked, and begins at a user's message", () => {
  fc.assert(
    fc.property(list, list, budgets, (history, asked, budget) => {
      const left = countLeftOut(history, asked, budget, count);
      expect(left).toBeLessThanOrEqual(history.length);
      const kept = history.slice(left);
      if (left === 0 || kept.length === 0) return;
      expect(kept[0]?.role).toBe("user");
      expect(sizeOf(kept) + sizeOf(asked)).toBeLessThanOrEqual(budget);
    }),
  );
});

test("where something has to go, half of the room stays free for what comes next", () => {
  const history = Array.from({ length: 40 }, (_, at) => says(at % 2 ? "assistant" : "user", 10));
  const asked = [says("user", 20)];
  expect(countLeftOut(history, asked, 420, count)).toBe(0);
  const left = countLeftOut(history, asked, 419, count);
  expect(sizeOf(history.slice(left))).toBe(180);
});

test("a question that is too long itself leaves nothing of the history, and stays", () => {
  const history = [says("user", 1), says("assistant", 1)];
  expect(countLeftOut(history, [says("user", 100)], 50, count)).toBe(2);
});

test("an answer of a tool is not kept without its call", () => {
  const history = [
    says("user", 30),
    says("assistant", 30),
    says("tool", 5),
    says("assistant", 5),
    says("user", 5),
    says("assistant", 5),
  ];
  expect(countLeftOut(history, [], 70, count)).toBe(4);
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

  test("leaves room for what tools are described with", () => {
    const tools = [{ type: "function", function: { name: "f", description: "x".repeat(300) } }];
    expect(budgetOf(8_000, { tools })).toBeLessThan(8_000 - 1_024 - 100);
  });
});

import type { JsonObject } from "@vega/contracts";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { CountTokens } from "./tokens.ts";
import { atMostTokens, loadTokenCounter } from "./tokens.ts";

let count: CountTokens;
beforeAll(async () => {
  count = await loadTokenCounter();
});

test.each([
  ["hello world", 2 + 4],
  ["", 4],
  ["antidisestablishmentarianism", 6 + 4],
])("%j has OpenAI's number of tokens plus the overhead", (content, tokens) => {
  expect(count({ role: "user", content })).toBe(tokens);
});

test("property: the upper bound is never below the count", () => {
  const text = fc.string({ unit: "binary", maxLength: 200 });
  const part = fc.oneof(
    fc.record({ type: fc.constant("text"), text }),
    fc.record({ type: fc.constant("image_url"), image_url: fc.record({ url: text }) }),
  );
  const message = fc.record({
    content: fc.oneof(text, fc.constant(null), fc.array(part, { maxLength: 3 })),
    tool_calls: fc.oneof(fc.constant(null), fc.array(fc.record({ id: text }), { maxLength: 2 })),
  });
  fc.assert(
    fc.property(message, (one) => {
      expect(count(one)).toBeLessThanOrEqual(atMostTokens(one));
      expect(count(one)).toBeGreaterThanOrEqual(4);
    }),
  );
});

test("a picture has a fixed number of tokens", () => {
  const url = `data:image/png;base64,${"A".repeat(500_000)}`;
  const content: JsonObject[] = [
    { type: "text", text: "hello world" },
    { type: "image_url", image_url: { url } },
  ];
  expect(count({ content })).toBe(2 + 1_000 + 4);
  expect(atMostTokens({ content })).toBe(11 + 1_000 + 4);
});

test("special tokens are counted as text", () => {
  expect(count({ content: "<|endoftext|>" })).toBeGreaterThan(4);
});

test("tool calls and text are both counted", () => {
  const tool_calls = [{ id: "a", function: { name: "f", arguments: "{}" } }];
  const calls = count({ content: null, tool_calls });
  expect(calls).toBeGreaterThan(10);
  expect(count({ content: "hello world", tool_calls })).toBeGreaterThan(calls);
});

test("a long word is counted in linear time", () => {
  const startedAt = performance.now();
  const tokens = count({ content: "漢".repeat(100_000) });
  // Counted as one word it takes a minute.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(tokens).toBeGreaterThan(99_000);
  expect(tokens).toBeLessThan(102_000);
});

test("splitting a text hardly changes its token count", () => {
  const sentence = "The quick brown fox jumps over the lazy dog, and then it sleeps. ";
  const one = count({ content: sentence }) - 4;
  const many = count({ content: sentence.repeat(500) }) - 4;
  expect(many / (one * 500)).toBeGreaterThan(0.93);
  expect(many / (one * 500)).toBeLessThan(1.02);
});

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
])("%j is as many tokens as OpenAI counts, and what surrounds it", (content, tokens) => {
  expect(count({ role: "user", content })).toBe(tokens);
});

test("no message has more tokens than are taken for the most it can have", () => {
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

test("a picture counts as one, however long its data are", () => {
  const url = `data:image/png;base64,${"A".repeat(500_000)}`;
  const content: JsonObject[] = [
    { type: "text", text: "hello world" },
    { type: "image_url", image_url: { url } },
  ];
  expect(count({ content })).toBe(2 + 1_000 + 4);
  expect(atMostTokens({ content })).toBe(11 + 1_000 + 4);
});

test("what a model reads for a command is counted as any text", () => {
  expect(count({ content: "<|endoftext|>" })).toBeGreaterThan(4);
});

test("calls of tools and the text beside them count both", () => {
  const tool_calls = [{ id: "a", function: { name: "f", arguments: "{}" } }];
  const calls = count({ content: null, tool_calls });
  expect(calls).toBeGreaterThan(10);
  expect(count({ content: "hello world", tool_calls })).toBeGreaterThan(calls);
});

test("a long word is counted about as well, and no slower than others", () => {
  const startedAt = performance.now();
  const tokens = count({ content: "漢".repeat(100_000) });
  // Counted as one word it takes a minute.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(tokens).toBeGreaterThan(99_000);
  expect(tokens).toBeLessThan(102_000);
});

test("cut into pieces, texts have about as many tokens", () => {
  const sentence = "The quick brown fox jumps over the lazy dog, and nobody knows why. ";
  const one = count({ content: sentence }) - 4;
  const many = count({ content: sentence.repeat(500) }) - 4;
  expect(many / (one * 500)).toBeGreaterThan(0.93);
  expect(many / (one * 500)).toBeLessThan(1.02);
});

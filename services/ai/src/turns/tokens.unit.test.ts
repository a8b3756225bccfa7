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

import fc from "fast-check";
import { expect, test } from "vitest";
import { costOf, detailsOf, sumOf, tokensOf } from "./usage.ts";

const usage = (prompt_tokens: number, completion_tokens: number, more: object = {}) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
  ...more,
});

test("details are read in the words of each provider", () => {
  const details = {
    prompt_tokens_details: { cached_tokens: 60, cache_creation_tokens: 30 },
    completion_tokens_details: { reasoning_tokens: 7 },
  };
  expect(tokensOf(usage(100, 10, details))).toEqual({
    prompt_tokens: 100,
    completion_tokens: 10,
    cached_tokens: 60,
    cache_write_tokens: 30,
    reasoning_tokens: 7,
  });
  expect(detailsOf(usage(100, 10, { prompt_cache_hit_tokens: 64 }))).toEqual({ cached_tokens: 64 });
  expect(tokensOf(usage(1, 2))).toEqual({ prompt_tokens: 1, completion_tokens: 2 });
});

test("malformed details are no part of the counts", () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.nat(1_000), fc.anything(), fc.anything(), (prompt, end, a, b) => {
      const details = { prompt_tokens_details: a, completion_tokens_details: b };
      const {
        cached_tokens = 0,
        cache_write_tokens = 0,
        reasoning_tokens = 0,
      } = tokensOf(usage(prompt, end, details)) ?? {};
      expect(cached_tokens + cache_write_tokens).toBeLessThanOrEqual(prompt);
      expect(reasoning_tokens).toBeLessThanOrEqual(end);
      expect(Math.min(cached_tokens, cache_write_tokens, reasoning_tokens)).toBeGreaterThanOrEqual(
        0,
      );
    }),
  );
});

test("cached and written tokens cost what their prices say, or as other input", () => {
  const half = usage(2_000, 100, { prompt_tokens_details: { cached_tokens: 1_000 } });
  const price = { input: 4, output: 10 };
  expect(costOf(half, price)).toBeCloseTo(0.009, 9);
  expect(costOf(half, { ...price, cached_input: 1 })).toBeCloseTo(0.006, 9);
  const details = { cached_tokens: 500, cache_creation_tokens: 500 };
  const mixed = usage(2_000, 0, { prompt_tokens_details: details });
  const all = { ...price, cached_input: 1, cache_write: 5 };
  expect(costOf(mixed, all)).toBeCloseTo((1_000 * 4 + 500 * 1 + 500 * 5) / 1e6, 12);
});

test("sums have the details of their parts", () => {
  const one = { prompt_tokens: 10, completion_tokens: 5, cached_tokens: 4 };
  const other = { prompt_tokens: 1, completion_tokens: 2, reasoning_tokens: 2 };
  expect(
    sumOf([
      { usage: one, cost_usd: 1 },
      { usage: other, cost_usd: null },
      { usage: null, cost_usd: null },
    ]),
  ).toEqual({
    prompt_tokens: 11,
    completion_tokens: 7,
    cached_tokens: 4,
    reasoning_tokens: 2,
    cost_usd: 1,
  });
});

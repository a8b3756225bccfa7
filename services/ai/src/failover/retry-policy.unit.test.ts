import { expect, test } from "vitest";
import type { ModelErrorKind } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import { backOffMs, DEFAULT_LIMITS } from "./limits.ts";
import type { FailedCall, RetryDecision } from "./retry-policy.ts";
import { decideRetry } from "./retry-policy.ts";
import type { Target } from "./target.ts";

const target = (model: string, contextWindow?: number): Target => ({
  provider: "p",
  model,
  languageModel: { stream: () => (async function* () {})() },
  limits: DEFAULT_LIMITS,
  contextWindow,
});

const situation: FailedCall = {
  chain: [target("a", 8_000), target("b", 4_000), target("c", 128_000)],
  index: 0,
  retry: 0,
  enlarged: false,
  fixed: false,
  diverged: false,
  random: 0.5,
};

const NEXT = { do: "next", index: 1 } as const;
const GIVE_UP = { do: "give_up" } as const;

test.each<[ModelErrorKind, object, Partial<FailedCall>, RetryDecision]>([
  ["unavailable", {}, {}, { do: "retry", afterMs: 250 }],
  ["unavailable", {}, { retry: 1 }, { do: "retry", afterMs: 500 }],
  ["unavailable", {}, { retry: 2 }, NEXT],
  ["unavailable", {}, { retry: 2, index: 2 }, GIVE_UP],
  ["timed_out", {}, {}, NEXT],
  ["timed_out", {}, { index: 2 }, { do: "retry", afterMs: 250 }],
  ["timed_out", {}, { index: 2, retry: 2 }, GIVE_UP],
  ["broken_stream", {}, {}, { do: "retry", afterMs: 250 }],
  ["broken_stream", {}, { fixed: true }, GIVE_UP],
  ["broken_stream", {}, { diverged: true }, NEXT],
  ["rate_limited", { retryAfterMs: 7_000 }, {}, { do: "retry", afterMs: 7_000 }],
  ["rate_limited", { retryAfterMs: 31_000 }, {}, NEXT],
  ["unauthorized", {}, {}, NEXT],
  ["invalid", { status: 400 }, {}, GIVE_UP],
  ["invalid", { status: 404 }, {}, NEXT],
  ["invalid", { status: 204 }, {}, NEXT],
  ["invalid", { status: 308 }, {}, NEXT],
  ["invalid", { status: 405 }, {}, NEXT],
  ["invalid", { status: 409 }, {}, NEXT],
  ["invalid", { status: 422 }, {}, NEXT],
  ["invalid", { status: 422 }, { index: 2 }, GIVE_UP],
  ["no_text", {}, {}, NEXT],
  ["no_text", {}, { index: 2 }, GIVE_UP],
  ["rate_limited", { retryAfterMs: 0 }, {}, { do: "retry", afterMs: 250 }],
  ["content_filter", {}, {}, GIVE_UP],
  ["cancelled", {}, {}, GIVE_UP],
  ["context_too_long", {}, {}, { do: "next", index: 2, enlarged: true }],
  ["context_too_long", {}, { enlarged: true }, GIVE_UP],
  ["context_too_long", {}, { index: 2 }, GIVE_UP],
  [
    "context_too_long",
    {},
    { chain: [target("a"), target("b")] },
    { do: "next", index: 1, enlarged: true },
  ],
  ["context_too_long", {}, { chain: [target("a", 9_000), target("b", 9_000)] }, GIVE_UP],
])("after %s %j in %j", (kind, options, partial, step) => {
  expect(decideRetry(new ModelError(kind, "x", options), { ...situation, ...partial })).toEqual(
    step,
  );
});

test("the back-off grows up to a bound, with full jitter", () => {
  expect([0, 1, 2, 3, 4, 9].map((retry) => backOffMs(retry, 1))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 8_000,
  ]);
  expect(backOffMs(3, 0)).toBe(0);
});

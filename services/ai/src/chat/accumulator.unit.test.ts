import type { JsonObject } from "@vega/contracts";
import { outcomeSchema, VegaError } from "@vega/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CompletionEvent } from "../failover/complete.ts";
import { ModelError } from "../models/language-model.ts";
import type { End } from "./accumulator.ts";
import { createAccumulator } from "./accumulator.ts";

const attempt = { provider: "p", model: "m", outcome: "complete" } as never;
const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
const delta = (content: string): CompletionEvent => ({ kind: "delta", delta: { content } });
const started: CompletionEvent = { kind: "started", provider: "p", model: "m" };
/** An accumulator of events 1.26 ms apart. */
function accumulate(...events: CompletionEvent[]) {
  let time = 0;
  const tally = createAccumulator(
    () => (time += 1.26),
    (_provider, _model, { prompt_tokens, completion_tokens }) =>
      (prompt_tokens + completion_tokens) / 1_000,
  );
  const told = events.map((event) => tally.take(event));
  return { ...tally, told };
}

const COMPLETE: End = { how: "complete" };

test("deltas are emitted immediately, the end only after settlement", () => {
  const logprobs = { content: [] };
  const { told, ending } = accumulate(
    { kind: "headers", headers: { "x-request-id": "r" } },
    started,
    { kind: "attempt_failed", attempt },
    delta("Hi"),
    { kind: "delta", delta: { content: "!" }, logprobs },
    { kind: "finish", reason: "stop" },
    { kind: "usage", usage },
    { kind: "completed", attempt },
  );
  expect(told).toEqual([
    { event: "headers", headers: { values: { "x-request-id": "r" } } },
    { event: "started", started: { provider: "p", model: "m" } },
    undefined,
    { event: "delta", delta: { json: '{"content":"Hi"}' } },
    { event: "delta", delta: { json: '{"content":"!"}', logprobs_json: '{"content":[]}' } },
    undefined,
    undefined,
    undefined,
  ]);
  expect(ending()).toEqual([
    { event: "finish", finish: { reason: "stop" } },
    { event: "usage", usage: { json: JSON.stringify(usage) } },
    { event: "completed", completed: {} },
  ]);
});

test("the outcome has the full text, cost and all attempts", () => {
  const failed = { ...(attempt as object), outcome: "failed" } as never;
  const tally = accumulate(
    { kind: "attempt_failed", attempt: failed },
    { kind: "started", provider: "q", model: "other" },
    delta("The sky "),
    started,
    delta("is blue."),
    { kind: "finish", reason: "stop" },
    { kind: "usage", usage },
    { kind: "completed", attempt },
  );
  expect(tally.text()).toBe("The sky is blue.");
  expect(tally.outcome(COMPLETE)).toEqual({
    status: "complete",
    content: "The sky is blue.",
    // The model of the last part.
    provider: "p",
    model: "p/m",
    usage: { prompt_tokens: 10, completion_tokens: 20 },
    cost_usd: 0.03,
    first_token_ms: 1.3,
    latency_ms: 2.5,
    attempts: [failed, attempt],
    finish_reason: "stop",
    error: null,
  });
});

test("tool calls without text have null content", () => {
  const call = { id: "a", type: "function", function: { name: "f", arguments: "{}" } };
  const calls: CompletionEvent = { kind: "delta", delta: { tool_calls: [{ index: 0, ...call }] } };
  expect(accumulate(calls).outcome(COMPLETE)).toMatchObject({ content: null, tool_calls: [call] });
  expect(accumulate(delta("")).outcome(COMPLETE)).toMatchObject({ content: "" });
  expect(accumulate(delta("")).outcome(COMPLETE)).not.toHaveProperty("tool_calls");
});

describe("the outcome", () => {
  const down = new ModelError("unavailable", "connection refused");
  const failed: End = { how: "failed", error: down };
  const toldOf = { kind: "unavailable", message: "connection refused" };
  const cancelled = { kind: "cancelled" };
  test.each<[End, CompletionEvent[], string, object | null]>([
    [COMPLETE, [], "complete", null],
    [{ how: "cancelled" }, [], "cancelled", cancelled],
    [{ how: "cancelled" }, [delta("half")], "cancelled", cancelled],
    [{ how: "lost" }, [], "truncated", cancelled],
    [failed, [], "failed", toldOf],
    [failed, [delta("half")], "truncated", toldOf],
    [failed, [{ kind: "delta", delta: { tool_calls: [{ index: 0 }] } }], "truncated", toldOf],
    [{ how: "failed", error: new VegaError("conflict", "no") }, [], "failed", { kind: "conflict" }],
    // Internal errors are not disclosed.
    [
      { how: "failed", error: new Error("s3cret") },
      [],
      "failed",
      { kind: "internal", message: "" },
    ],
  ])("of %j after %j has the status %s", (end, events, status, error) => {
    const outcome = accumulate(...events).outcome(end);
    expect(outcome.status).toBe(status);
    if (error) expect(outcome.error).toMatchObject(error);
    else expect(outcome.error).toBeNull();
  });
});

test("property: the outcome is valid for any events of a provider", () => {
  const text = fc.string({ unit: "binary-ascii" }).map((ascii) => `${ascii}\ud83d`);
  const odd = fc.oneof(fc.constant(null), fc.double(), fc.integer(), text);
  const events: fc.Arbitrary<unknown> = fc.oneof(
    fc.record({
      kind: fc.constant("delta"),
      delta: fc.record({ content: text, tool_calls: fc.constant([{ id: "a\udc00" }]) }),
    }),
    fc.record({
      kind: fc.constant("usage"),
      usage: fc.record({ prompt_tokens: odd, completion_tokens: odd }),
    }),
    fc.record({ kind: fc.constant("finish"), reason: fc.string({ maxLength: 300 }) }),
    fc.record({ kind: fc.constant("attempt_failed"), attempt: fc.record({ message: text }) }),
    fc.constant(started),
  );
  fc.assert(
    fc.property(fc.array(events), text, (all, message) => {
      const tally = accumulate(...(all as CompletionEvent[]));
      const end: End = { how: "failed", error: new ModelError("invalid", message) };
      for (const outcome of [tally.outcome(end), tally.outcome(COMPLETE)]) {
        const stored = outcomeSchema.parse(outcome) as JsonObject;
        expect(stored).toEqual(outcome);
      }
    }),
  );
});

import type { JsonObject } from "@vega/contracts";
import { once } from "node:events";
import { afterAll, describe, expect, test } from "vitest";
import type { LanguageModel } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import { createOpenAiModel } from "../providers/openai-compatible/model.ts";
import { chatRequest, textOf } from "../testing/collect.ts";
import { GOOD, TEXT, frame, run, toolCall, startTargets } from "../testing/failover.ts";
import type { Behaviour } from "../testing/fault-provider.ts";
import { refusedUrl, REJECTED } from "../testing/fault-provider.ts";
import type { CompletionEvent } from "./complete.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { Target } from "./target.ts";

const { provider, target, calls } = await startTargets();
afterAll(() => provider.close());

test("events come in order: started, headers, deltas, finish, usage, completed", async () => {
  const good = target([GOOD]);
  const { events, text, attempts } = await run([good]);
  expect(text).toBe(TEXT);
  const kinds = events.map(({ kind }) => kind).filter((kind, at, all) => kind !== all[at - 1]);
  expect(kinds).toEqual(["started", "headers", "delta", "finish", "usage", "completed"]);
  expect(attempts).toEqual([
    {
      provider: "wall",
      model: good.model,
      started_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      ms: expect.any(Number) as number,
      first_token_ms: expect.any(Number) as number,
      outcome: "complete",
      fault: null,
      status: null,
      message: null,
    },
  ]);
});

describe("before the first token", () => {
  test.each<[string, Behaviour, object]>([
    ["a reset", { kind: "reset" }, { fault: "unavailable" }],
    ["500", { kind: "status", status: 500 }, { fault: "unavailable", status: 500 }],
    ["429 without a time", { kind: "status", status: 429 }, { fault: "rate_limited" }],
    ["a cut", { kind: "cut", after: 0 }, { fault: "broken_stream" }],
    ["a malformed chunk", { kind: "malformed", after: 0 }, { fault: "broken_stream" }],
  ])("%s is retried twice, then the next model is called", async (_, bad, attempt) => {
    const chain = [target([bad]), target([GOOD])];
    const { text, fault, attempts, started } = await run(chain);
    expect([text, fault]).toEqual([TEXT, undefined]);
    expect(attempts).toHaveLength(4);
    expect(attempts[0]).toMatchObject({ outcome: "failed", first_token_ms: null, ...attempt });
    expect(attempts[3]).toMatchObject({ outcome: "complete", model: chain[1]?.model });
    expect(started).toEqual([chain[1]?.model]);
    expect(calls(chain[0] as Target)).toBe(3);
  });

  test.each<[string, Behaviour]>([
    ["silence", { kind: "hang" }],
    ["headers alone", { kind: "hang_before_token" }],
    ["a slow start", { kind: "answer", firstMs: 60_000 }],
  ])("%s is retried only on the last model of the chain", async (_, bad) => {
    const chain = [target([bad]), target([GOOD])];
    const { text, attempts } = await run(chain);
    expect(text).toBe(TEXT);
    expect(attempts).toMatchObject([
      { fault: "timed_out", message: "no first token within 150 ms", first_token_ms: null },
      { outcome: "complete" },
    ]);
    const alone = target([bad]);
    expect((await run([alone])).fault).toMatchObject({ kind: "timed_out" });
    expect(calls(alone)).toBe(3);
  });

  test("a refused connection leads to the next model", async () => {
    const dead = createOpenAiModel({ baseUrl: await refusedUrl(), apiKey: undefined });
    const { text, attempts } = await run([target([], { languageModel: dead }), target([GOOD])]);
    expect(text).toBe(TEXT);
    expect(attempts[0]?.message).toContain("ECONNREFUSED");
  });

  test("the connection has its own timeout", async () => {
    const deaf: LanguageModel = {
      async *stream(_, signal) {
        await once(signal, "abort");
        yield { kind: "finish", reason: "too late" };
      },
    };
    const limits = { ...DEFAULT_LIMITS, connectMs: 50 };
    const { attempts } = await run([target([], { languageModel: deaf, limits }), target([GOOD])]);
    expect(attempts[0]?.message).toBe("no connection within 50 ms");
  });

  test("a successful retry is one completion", async () => {
    const one = target([{ kind: "status", status: 503 }, GOOD]);
    const { text, attempts } = await run([one]);
    expect(text).toBe(TEXT);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(["failed", "complete"]);
  });

  test("after the last model its error is thrown", async () => {
    const { fault, events } = await run([
      target([{ kind: "reset" }]),
      target([{ kind: "status", status: 502 }]),
    ]);
    expect(fault).toMatchObject({ kind: "unavailable", status: 502 });
    expect(events.every(({ kind }) => kind === "attempt_failed")).toBe(true);
    expect(events).toHaveLength(6);
  });
});

describe("without a retry", () => {
  test.each<[string, Behaviour, string]>([
    ["a filter", REJECTED.filtered, "content_filter"],
    ["a bad request", { kind: "status", status: 400 }, "invalid"],
  ])("%s is returned to the caller", async (_, behaviour, kind) => {
    const chain = [target([behaviour]), target([GOOD])];
    const { fault } = await run(chain);
    expect(fault).toMatchObject({ kind, status: 400 });
    expect(chain.map(calls)).toEqual([1, 0]);
  });

  test("a wrong key leads to another provider", async () => {
    const chain = [target([{ kind: "status", status: 401 }]), target([GOOD])];
    expect((await run(chain)).text).toBe(TEXT);
    expect(chain.map(calls)).toEqual([1, 1]);
  });

  test("a prompt that is too long goes once to a model with a larger window", async () => {
    const small = target([REJECTED.tooLong], { contextWindow: 8_000 });
    const smaller = target([GOOD], { contextWindow: 4_000 });
    const chain = [small, smaller, target([GOOD], { contextWindow: 128_000 })];
    expect((await run(chain)).text).toBe(TEXT);
    expect(chain.map(calls)).toEqual([1, 0, 1]);
    const all = [16_000, 32_000, 64_000].map((contextWindow) =>
      target([REJECTED.tooLong], { contextWindow }),
    );
    expect((await run(all)).fault).toMatchObject({ kind: "context_too_long" });
    expect(all.map(calls)).toEqual([1, 1, 0]);
  });
});

describe("tool calls", () => {
  const labelsIn = (events: readonly CompletionEvent[]) =>
    events
      .flatMap((event) => (event.kind === "delta" ? [event.delta.tool_calls ?? []] : []))
      .flat()
      .map((piece) => [(piece as JsonObject).index, (piece as JsonObject).id]);

  test("that all have index 0 get distinct indexes", async () => {
    const bytes =
      frame({ role: "assistant", tool_calls: [toolCall(0, "a", "weather", '{"city":"Bern"}')] }) +
      frame({ tool_calls: [toolCall(0, "b", "weather", '{"city":"Rome"}')] }) +
      frame({}, "tool_calls");
    const { events } = await run([target([{ kind: "raw", bytes }])]);
    expect(labelsIn(events)).toEqual([
      [0, "a"],
      [1, "b"],
    ]);
  });

  test("of the next model are counted from 0", async () => {
    const broken = frame({ tool_calls: [{ index: 0, function: { arguments: "{" } }] });
    const bytes =
      frame({ tool_calls: [toolCall(3, "", "weather", "{}")] }) + frame({}, "tool_calls");
    const limits = { ...DEFAULT_LIMITS, retries: 0 };
    const chain = [
      target([{ kind: "raw", bytes: broken }], { limits }),
      target([{ kind: "raw", bytes }]),
    ];
    const { events, fault } = await run(chain);
    expect(fault).toBeUndefined();
    expect(labelsIn(events)).toEqual([[0, expect.stringMatching(/^call_\w{32}$/)]]);
  });

  test("without a name are an error; the next model is called", async () => {
    const bytes = frame({ tool_calls: [toolCall(0, "a", "", "{}")] }) + frame({}, "tool_calls");
    const limits = { ...DEFAULT_LIMITS, retries: 0 };
    const { text, attempts } = await run([
      target([{ kind: "raw", bytes }], { limits }),
      target([GOOD]),
    ]);
    expect(text).toBe(TEXT);
    expect(attempts[0]).toMatchObject({
      fault: "broken_stream",
      message: /without the tool's name/,
    });
  });
});

const lastPart = (events: readonly CompletionEvent[]) =>
  textOf(events.slice(events.findLastIndex(({ kind }) => kind === "restart") + 1));
const limits = { ...DEFAULT_LIMITS, retries: 0 };
const breaks = () => target([{ kind: "cut", after: 3, text: TEXT }], { limits });

describe("a non-streaming request", () => {
  test("is retried from scratch on the next model", async () => {
    const other = target([{ kind: "answer", text: "quite another answer" }], { prefill: true });
    const { events, fault, started, attempts } = await run([breaks(), other], { buffered: true });
    expect([lastPart(events), fault]).toEqual(["quite another answer", undefined]);
    expect(events.filter(({ kind }) => kind === "restart")).toHaveLength(1);
    expect(started.at(-1)).toBe(other.model);
    expect(attempts).toMatchObject([{ outcome: "failed" }, { outcome: "complete" }]);
    // The request has no prefill.
    expect(provider.callsOf(other.model)[0]?.body.messages).toEqual(chatRequest("").messages);
  });

  test("is retried after interrupted tool calls", async () => {
    const delta = { tool_calls: [{ index: 0, id: "call_1" }] };
    const bytes = `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
    const chain = [target([{ kind: "raw", bytes }], { limits }), target([GOOD])];
    const { events, fault } = await run(chain, { buffered: true });
    expect([lastPart(events), fault]).toEqual([TEXT, undefined]);
  });

  test("keeps the partial text where no model can retry", async () => {
    const dead = target([{ kind: "status", status: 500 }], { limits });
    const { events, text, fault } = await run([breaks(), dead], { buffered: true });
    expect(text).toBe("one two three ");
    expect(events.some(({ kind }) => kind === "restart")).toBe(false);
    expect(fault).toBeInstanceOf(ModelError);
  });
});

describe("a caller that needs a text", () => {
  const done = "data: [DONE]\n\n";
  const thoughts = frame({ reasoning_content: "hm" }) + frame({}, "length") + done;
  const filtered = frame({ content: "I can" }) + frame({}, "content_filter") + done;
  const empty = frame({ role: "assistant", content: "" }) + frame({}, "stop") + done;

  test.each([
    ["thoughts only", thoughts],
    ["a content filter", filtered],
    ["nothing", empty],
  ])("gets the next model's after %s", async (_, bytes) => {
    const chain = [target([{ kind: "raw", bytes }]), target([GOOD])];
    const { events, attempts, fault } = await run(chain, { needsText: true, buffered: true });
    expect([lastPart(events), fault]).toEqual([TEXT, undefined]);
    expect(attempts).toMatchObject([
      { outcome: "failed", fault: "no_text" },
      { outcome: "complete" },
    ]);
    const alone = await run([target([{ kind: "raw", bytes }])], { needsText: true });
    expect(alone.fault).toBeInstanceOf(ModelError);
  });

  test("others get such an end as it is", async () => {
    const { fault, attempts } = await run([target([{ kind: "raw", bytes: thoughts }])]);
    expect([fault, attempts[0]?.outcome]).toEqual([undefined, "complete"]);
  });
});

test("the error of a chain names the first failure, too", async () => {
  const first = target([{ kind: "status", status: 500, body: { error: { message: "boom" } } }], {
    limits,
  });
  const last = target([{ kind: "status", status: 401 }]);
  const { fault } = await run([first, last]);
  expect(fault).toMatchObject({ kind: "unauthorized" });
  expect(String(fault)).toContain(`the first failure: wall/${first.model}: boom`);
});

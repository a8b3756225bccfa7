import type { JsonObject } from "@vega/contracts";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createBreakers } from "./breakers.ts";
import type { Limits } from "./limits.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { Target } from "./target.ts";
import type { CompletionEvent, CompletionOptions } from "./complete.ts";
import { complete } from "./complete.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import { createOpenAiModel } from "../providers/openai-compatible/model.ts";
import { chatRequest, textOf } from "../testing/collect.ts";
import type { Behaviour, FaultProvider } from "../testing/fault-provider.ts";
import { refusedUrl, REJECTED, startFaultProvider } from "../testing/fault-provider.ts";

let provider: FaultProvider;
let languageModel: LanguageModel;
beforeAll(async () => {
  provider = await startFaultProvider();
  languageModel = createOpenAiModel({ baseUrl: provider.baseUrl, apiKey: undefined });
});
afterAll(() => provider.close());

const now = () => performance.timeOrigin + performance.now();
/** Limits for tests of timeouts; other tests use long limits, since the machine may be busy. */
const QUICK: Limits = { ...DEFAULT_LIMITS, connectMs: 2_000, firstTokenMs: 150, idleMs: 150 };
const SILENT = new Set<Behaviour["kind"]>(["hang", "hang_before_token", "stall"]);
/** Far below the limits in use: the abort does not wait for the end of the call. */
const AT_ONCE_MS = 2_000;
let count = 0;

/** A target with its own model name and behaviours. */
function target(behaviours: Behaviour[], more: Partial<Target> = {}): Target {
  count += 1;
  const model = `model-${count}`;
  provider.behave(model, ...behaviours);
  const silent = behaviours.some((one) => SILENT.has(one.kind) || "firstMs" in one);
  const limits = silent ? QUICK : DEFAULT_LIMITS;
  return { provider: "wall", model, languageModel, limits, ...more };
}

const optionsOf = (chain: Target[], more: Partial<CompletionOptions> = {}): CompletionOptions => ({
  chain,
  breakers: createBreakers(now),
  signal: new AbortController().signal,
  now,
  random: () => 0,
  ...more,
});

async function run(chain: Target[], more: Partial<CompletionOptions> = {}) {
  const events: CompletionEvent[] = [];
  let fault: unknown;
  try {
    for await (const event of complete(chatRequest("alias"), optionsOf(chain, more)))
      events.push(event);
  } catch (error) {
    fault = error;
  }
  const attempts = events.flatMap((event) => ("attempt" in event ? [event.attempt] : []));
  const started = events.flatMap((event) => (event.kind === "started" ? [event.model] : []));
  return { events, attempts, started, text: textOf(events), fault };
}

const frame = (delta: JsonObject, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const toolCall = (index: number, id: string, name: string, args: string): JsonObject => ({
  index,
  id,
  type: "function",
  function: { name, arguments: args },
});

const TEXT = "one two three four five";
const GOOD: Behaviour = { kind: "answer", text: TEXT };
const calls = ({ model }: Target) => provider.callsOf(model).length;

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

describe("after delivered tokens", () => {
  test.each<[string, Behaviour]>([
    ["a cut", { kind: "cut", after: 3, text: TEXT }],
    ["an early end", { kind: "end", after: 3, text: TEXT }],
    ["a stall", { kind: "stall", after: 3, text: TEXT }],
    ["a malformed chunk", { kind: "malformed", after: 3, text: TEXT }],
    ["an error", { kind: "error", after: 3, text: TEXT, error: { type: "server_error" } }],
  ])("%s is continued without duplicate or missing text", async (_, behaviour) => {
    const limits = { ...(SILENT.has(behaviour.kind) ? QUICK : DEFAULT_LIMITS), retries: 0 };
    const chain = [target([behaviour], { limits }), target([GOOD])];
    const { text, fault, started, attempts } = await run(chain);
    expect([text, fault]).toEqual([TEXT, undefined]);
    expect(started).toEqual(chain.map(({ model }) => model));
    expect(attempts[0]).toMatchObject({
      outcome: "failed",
      first_token_ms: expect.any(Number) as number,
    });
  });

  test("the same model may continue", async () => {
    const one = target([{ kind: "cut", after: 2, text: TEXT }, GOOD]);
    expect((await run([one])).text).toBe(TEXT);
    expect(calls(one)).toBe(2);
  });

  test("a completion with a finish reason is whole", async () => {
    const { text, attempts } = await run([target([{ kind: "no_done", text: TEXT }])]);
    expect(text).toBe(TEXT);
    expect(attempts).toHaveLength(1);
  });

  test("an error after the finish reason is ignored", async () => {
    const chunk = { choices: [{ index: 0, delta: { content: "all" }, finish_reason: "stop" }] };
    const bytes = `data: ${JSON.stringify(chunk)}\n\ndata: {"cho\n\n`;
    const { text, fault, attempts } = await run([target([{ kind: "raw", bytes }])]);
    expect([text, fault]).toEqual(["all", undefined]);
    expect(attempts).toMatchObject([{ outcome: "complete" }]);
  });

  test("a different completion is never appended: that is an error", async () => {
    const other: Behaviour = { kind: "answer", text: "one two but not three" };
    const chain = [target([{ kind: "cut", after: 3, text: TEXT }, other]), target([other])];
    const { text, fault } = await run(chain);
    expect("one two three ").toBe(text);
    expect(fault).toMatchObject({ kind: "broken_stream", message: /no model could go on/ });
    expect(chain.map(calls)).toEqual([2, 1]);
  });

  test("a nested chain, such as an aggregator's, is reported once", async () => {
    const limits = { ...DEFAULT_LIMITS, retries: 0 };
    const inner = target([{ kind: "cut", after: 3, text: TEXT }], { limits });
    const conductor: LanguageModel = {
      async *stream(request, signal) {
        for await (const event of complete(request, optionsOf([inner], { signal }))) {
          if (event.kind === "delta") yield event;
        }
      },
    };
    const { fault } = await run([{ ...inner, model: "outer", languageModel: conductor }]);
    const { message } = fault as ModelError;
    expect(message.match(/the completion was interrupted/g)).toHaveLength(1);
    expect(message).toMatch(/the connection was closed in the middle$/);
  });

  test("a shorter completion does not end a longer one", async () => {
    const shorter: Behaviour = { kind: "answer", text: "one two" };
    const { text, fault } = await run([target([{ kind: "cut", after: 3, text: TEXT }, shorter])]);
    expect([text, fault]).toEqual(["one two three ", expect.any(ModelError)]);
  });

  test("a model with prefill returns the rest only", async () => {
    const limits = { ...DEFAULT_LIMITS, retries: 0 };
    const rest = target([{ kind: "answer", text: "four five" }], { prefill: true });
    const chain = [target([{ kind: "cut", after: 3, text: TEXT }], { limits }), rest];
    expect((await run(chain)).text).toBe(TEXT);
    expect(provider.callsOf(rest.model)[0]?.body.messages).toEqual([
      ...chatRequest("").messages,
      { role: "assistant", content: "one two three" },
    ]);
  });

  test("a refused prefill is omitted in the next call", async () => {
    const limits = { ...DEFAULT_LIMITS, retries: 0 };
    const picky = target([{ kind: "status", status: 400 }, GOOD], { prefill: true });
    const chain = [target([{ kind: "cut", after: 3, text: TEXT }], { limits }), picky];
    expect((await run(chain)).text).toBe(TEXT);
    expect(provider.callsOf(picky.model)[1]?.body.messages).toEqual(chatRequest("").messages);
  });

  test("tool calls are not repeated", async () => {
    const bytes = frame({ tool_calls: [toolCall(0, "call_1", "weather", "{}")] });
    const chain = [target([{ kind: "raw", bytes }]), target([GOOD])];
    const { fault } = await run(chain);
    expect(fault).toMatchObject({ kind: "broken_stream" });
    expect(chain.map(calls)).toEqual([1, 0]);
  });

  test("a prefill that fails after a tool call is not retried", async () => {
    const failure = `data: ${JSON.stringify({ error: { type: "invalid_request_error" } })}\n\n`;
    const bytes = frame({ tool_calls: [toolCall(0, "call_1", "weather", "{}")] }) + failure;
    const limits = { ...DEFAULT_LIMITS, retries: 0 };
    const second = target([{ kind: "raw", bytes }], { prefill: true });
    const chain = [target([{ kind: "cut", after: 3, text: TEXT }], { limits }), second];
    expect((await run(chain)).fault).toMatchObject({ kind: "broken_stream" });
    expect(chain.map(calls)).toEqual([1, 1]);
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

describe("a non-streaming request", () => {
  const lastPart = (events: readonly CompletionEvent[]) =>
    textOf(events.slice(events.findLastIndex(({ kind }) => kind === "restart") + 1));
  const limits = { ...DEFAULT_LIMITS, retries: 0 };
  const breaks = () => target([{ kind: "cut", after: 3, text: TEXT }], { limits });

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

describe("a cancelled caller", () => {
  test.each<[string, Behaviour]>([
    ["before headers", { kind: "hang" }],
    ["before the first token", { kind: "hang_before_token" }],
    ["in the middle", { kind: "stall", after: 2 }],
  ])("aborts the provider's call immediately: %s", async (_, behaviour) => {
    const slow = target([behaviour], { limits: DEFAULT_LIMITS });
    const controller = new AbortController();
    const outcome = run([slow, target([GOOD])], { signal: controller.signal });
    const call = await vi.waitUntil(() => provider.callsOf(slow.model)[0], { interval: 1 });
    const before = performance.now();
    controller.abort();
    expect((await call.closed) - before).toBeLessThan(AT_ONCE_MS);
    const { fault, attempts } = await outcome;
    expect(fault).toMatchObject({ kind: "cancelled" });
    expect(attempts).toMatchObject([{ outcome: "cancelled" }]);
  });

  test("ends the pause between two tries", async () => {
    const controller = new AbortController();
    const failing = target([{ kind: "status", status: 500 }]);
    const outcome = complete(
      chatRequest("alias"),
      optionsOf([failing], { signal: controller.signal, random: () => 0.99 }),
    );
    expect((await outcome.next()).value).toMatchObject({ kind: "attempt_failed" });
    const next = outcome.next();
    const before = performance.now();
    controller.abort();
    await expect(next).rejects.toMatchObject({ kind: "cancelled" });
    expect(performance.now() - before).toBeLessThan(AT_ONCE_MS);
    expect(calls(failing)).toBe(1);
  });

  test("that stops reading aborts the call", async () => {
    const endless = target([{ kind: "stall", after: 2 }], { limits: DEFAULT_LIMITS });
    for await (const event of complete(chatRequest("alias"), optionsOf([endless]))) {
      if (event.kind === "delta") break;
    }
    const before = performance.now();
    const closed = (await provider.callsOf(endless.model)[0]?.closed) ?? Number.NaN;
    expect(closed - before).toBeLessThan(AT_ONCE_MS);
  });
});

describe("timing", () => {
  const limited = (...retryAfterMs: (number | undefined)[]) => {
    const calledAt: number[] = [];
    const model: LanguageModel = {
      async *stream() {
        calledAt.push(Date.now());
        const ms = retryAfterMs.shift();
        if (ms !== undefined) {
          throw new ModelError("rate_limited", "slow down", { status: 429, retryAfterMs: ms });
        }
        yield { kind: "delta", delta: { content: "ok" } };
        yield { kind: "finish", reason: "stop" };
      },
    };
    return { calledAt, target: target([], { languageModel: model, limits: DEFAULT_LIMITS }) };
  };

  const withFakeTime = async (work: () => Promise<void>) => {
    vi.useFakeTimers({ now: 0 });
    try {
      await work();
    } finally {
      vi.useRealTimers();
    }
  };

  test("Retry-After is kept in full, also by later requests", () =>
    withFakeTime(async () => {
      const { calledAt, target: one } = limited(3_000);
      const shared = { now: Date.now, breakers: createBreakers(Date.now) };
      const first = run([one], shared);
      await vi.advanceTimersByTimeAsync(1_000);
      const second = run([one], shared);
      await vi.advanceTimersByTimeAsync(1_999);
      expect(calledAt).toEqual([0]);
      await vi.advanceTimersByTimeAsync(500);
      expect([(await first).text, (await second).text]).toEqual(["ok", "ok"]);
      expect(calledAt.slice(1).every((at) => at >= 3_000 && at < 3_300)).toBe(true);
    }));

  test("a Retry-After beyond the bound is not waited for", () =>
    withFakeTime(async () => {
      const { calledAt, target: one } = limited(31_000);
      const other = limited();
      const shared = { now: Date.now, breakers: createBreakers(Date.now) };
      expect((await run([one, other.target], shared)).text).toBe("ok");
      const { attempts } = await run([one, other.target], shared);
      expect(attempts[0]).toMatchObject({
        outcome: "skipped",
        message: /rate limited by the provider for 31 s/,
      });
      expect(calledAt).toEqual([0]);
      const { fault } = await run([one], shared);
      expect(fault).toMatchObject({ kind: "rate_limited", retryAfterMs: 31_000 });
    }));

  test("a dead model is skipped after the first requests and used after its recovery", () =>
    withFakeTime(async () => {
      let dead = true;
      let tried = 0;
      const model: LanguageModel = {
        async *stream() {
          tried += 1;
          if (dead) throw new ModelError("unavailable", "down");
          yield { kind: "delta", delta: { content: "first" } };
          yield { kind: "finish", reason: "stop" };
        },
      };
      const chain = [target([], { languageModel: model }), limited().target];
      const shared = { now: Date.now, breakers: createBreakers(Date.now) };
      const askOnce = async () => {
        const outcome = run(chain, shared);
        await vi.advanceTimersByTimeAsync(100);
        return (await outcome).text;
      };
      for (let request = 0; request < 20; request += 1) expect(await askOnce()).toBe("ok");
      expect(tried).toBe(5);
      await vi.advanceTimersByTimeAsync(60_000);
      await askOnce();
      dead = false;
      const recovered = Date.now();
      while ((await askOnce()) !== "first") await vi.advanceTimersByTimeAsync(900);
      expect(Date.now() - recovered).toBeLessThan(30_000);
    }));

  test("a slow reader does not trigger the idle timeout", async () => {
    const limits = { ...QUICK, firstTokenMs: 10_000, idleMs: 1_000 };
    const one = target([{ kind: "answer", text: TEXT, everyMs: 20 }], { limits });
    let text = "";
    for await (const event of complete(chatRequest("alias"), optionsOf([one]))) {
      if (event.kind !== "delta") continue;
      if (text === "") await new Promise((resolve) => setTimeout(resolve, limits.idleMs * 1.5));
      text += textOf([event]);
    }
    expect(text).toBe(TEXT);
    expect(calls(one)).toBe(1);
  });
});

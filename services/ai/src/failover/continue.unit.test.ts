import { afterAll, describe, expect, test } from "vitest";
import type { LanguageModel } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import { chatRequest } from "../testing/collect.ts";
import {
  QUICK,
  SILENT,
  GOOD,
  TEXT,
  frame,
  optionsOf,
  run,
  toolCall,
  startTargets,
} from "../testing/failover.ts";
import type { Behaviour } from "../testing/fault-provider.ts";
import { complete } from "./complete.ts";
import { DEFAULT_LIMITS } from "./limits.ts";

const { provider, target, calls } = await startTargets();
afterAll(() => provider.close());

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

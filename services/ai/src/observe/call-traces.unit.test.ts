import type { Attributes, Tracer } from "@opentelemetry/api";
import { INVALID_SPAN_CONTEXT, trace } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../failover/limits.ts";
import type { Target } from "../failover/target.ts";
import { traceCalls } from "./call-traces.ts";

const target = { provider: "xai", model: "grok-4", limits: DEFAULT_LIMITS } as Target;
const request = {
  model: "grok-4",
  messages: [{ role: "user", content: "what do ravens hide?" }],
  options: { top_p: 0.9, tools: [{ type: "function" }] },
};
const end = {
  outcome: "complete",
  fault: null,
  status: null,
  ms: 20,
  first_token_ms: 5,
} as const;

/** Name and attributes of the span of one call. */
function shownOf(content: boolean): Attributes {
  const shown: Attributes = {};
  const tracer: Tracer = {
    startSpan(name, options) {
      Object.assign(shown, { name }, options?.attributes);
      const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
      return Object.assign(span, {
        setAttributes(more: Attributes) {
          Object.assign(shown, more);
          return span;
        },
      });
    },
    startActiveSpan: () => expect.unreachable(),
  };
  const call = traceCalls({ tracer, content }, () => "https://api.x.ai/v1")(target, {
    kind: "chat",
    request,
  });
  call.event({ kind: "delta", delta: { content: "shiny " } });
  call.event({ kind: "delta", delta: { content: "things" } });
  call.event({ kind: "finish", reason: "stop" });
  call.ended(end, { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 });
  return shown;
}

test("a call is a span by the conventions, without content", () => {
  const shown = shownOf(false);
  expect(shown).toEqual({
    name: "chat grok-4",
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "x_ai",
    "gen_ai.request.model": "grok-4",
    "server.address": "api.x.ai",
    "server.port": 443,
    "gen_ai.request.stream": true,
    "gen_ai.request.top_p": 0.9,
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.response.time_to_first_chunk": 0.005,
    "gen_ai.usage.input_tokens": 3,
    "gen_ai.usage.output_tokens": 2,
  });
});

test("content is recorded when enabled", () => {
  const shown = shownOf(true);
  const read = (name: string) => JSON.parse(String(shown[name]));
  expect(read("gen_ai.input.messages")).toEqual([
    { role: "user", parts: [{ type: "text", content: "what do ravens hide?" }] },
  ]);
  expect(read("gen_ai.output.messages")).toEqual([
    {
      role: "assistant",
      parts: [{ type: "text", content: "shiny things" }],
      finish_reason: "stop",
    },
  ]);
});

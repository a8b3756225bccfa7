import type { JsonObject } from "@vega/contracts";
import type { Attributes, Tracer } from "@opentelemetry/api";
import { SpanKind } from "@opentelemetry/api";
import { endSpan, parentContext, traceparentOf } from "@vega/messaging";
import type { ChatRequest, Usage } from "../models/language-model.ts";
import type { CallObserver, Operation } from "./observer.ts";
import { traceOf } from "./observer.ts";

/*
 * Spans of provider calls by OpenTelemetry's conventions for generative AI.
 * Source: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */

/** Well-known provider names of the conventions; others are the ids of the providers file. */
const KNOWN: Readonly<Record<string, string>> = { xai: "x_ai" };

/** Attributes of the options of a request. */
const NUMBERS: Readonly<Record<string, string>> = {
  temperature: "gen_ai.request.temperature",
  top_p: "gen_ai.request.top_p",
  max_tokens: "gen_ai.request.max_tokens",
  max_completion_tokens: "gen_ai.request.max_tokens",
  frequency_penalty: "gen_ai.request.frequency_penalty",
  presence_penalty: "gen_ai.request.presence_penalty",
  seed: "gen_ai.request.seed",
};

export interface CallTracing {
  readonly tracer: Tracer;
  /** Whether spans may show prompts and completions. */
  readonly content: boolean;
}

/**
 * A span for each provider call. Messages are recorded only with `content`.
 * @param baseUrlOf base URL of a provider; undefined for the built-in one
 */
export function traceCalls(
  { tracer, content }: CallTracing,
  baseUrlOf: (provider: string) => string | undefined,
): CallObserver {
  return ({ provider, model, ensemble }, operation) => {
    const { kind } = operation;
    const attributes = {
      "gen_ai.operation.name": kind,
      "gen_ai.provider.name": KNOWN[provider] ?? provider,
      "gen_ai.request.model": model,
      ...serverOf(baseUrlOf(provider)),
      ...optionsOf(operation),
      ...(content && contentOf(operation)),
    };
    // An ensemble is built in: its members call providers.
    const options = { kind: ensemble ? SpanKind.INTERNAL : SpanKind.CLIENT, attributes };
    const parent = parentContext(traceOf(operation));
    const span = tracer.startSpan(`${kind} ${model}`, options, parent);
    let text = "";
    let reason: string | undefined;
    return {
      trace: traceparentOf(span),
      event(event) {
        if (event.kind === "finish") ({ reason } = event);
        if (!content || event.kind !== "delta") return;
        const { content: delta } = event.delta;
        if (typeof delta === "string") text += delta;
      },
      ended({ outcome, fault, status, first_token_ms }, usage) {
        span.setAttributes({
          ...(reason !== undefined && { "gen_ai.response.finish_reasons": [reason] }),
          ...usageOf(usage),
          ...(first_token_ms !== null && {
            "gen_ai.response.time_to_first_chunk": first_token_ms / 1_000,
          }),
          ...(status !== null && { "http.response.status_code": status }),
          ...(text !== "" && {
            "gen_ai.output.messages": messages([{ role: "assistant", content: text }], reason),
          }),
        });
        endSpan(span, outcome === "complete" ? undefined : (fault ?? outcome));
      },
    };
  };
}

function serverOf(baseUrl: string | undefined): Attributes {
  const url = baseUrl === undefined ? undefined : URL.parse(baseUrl);
  if (!url) return {};
  const usual = url.protocol === "https:" ? 443 : 80;
  return { "server.address": url.hostname, "server.port": Number(url.port) || usual };
}

function optionsOf(operation: Operation): Attributes {
  if (operation.kind !== "chat") return {};
  const { options } = operation.request;
  const found: Attributes = { "gen_ai.request.stream": true };
  for (const [option, attribute] of Object.entries(NUMBERS)) {
    const value = options[option];
    if (typeof value === "number") found[attribute] = value;
  }
  return found;
}

function usageOf(usage: Usage | undefined): Attributes {
  const counts = {
    "gen_ai.usage.input_tokens": usage?.prompt_tokens,
    "gen_ai.usage.output_tokens": usage?.completion_tokens,
  };
  // Providers may report anything.
  return Object.fromEntries(
    Object.entries(counts).filter((one): one is [string, number] => typeof one[1] === "number"),
  );
}

const contentOf = (operation: Operation): Attributes =>
  operation.kind === "chat"
    ? { "gen_ai.input.messages": messages(operation.request.messages) }
    : {};

/** In the form of the conventions' JSON schema for messages. */
function messages(all: ChatRequest["messages"], finish_reason?: string): string {
  return JSON.stringify(
    all.map(({ role, content }: JsonObject) => ({
      role,
      parts: [
        {
          type: "text",
          content: typeof content === "string" ? content : JSON.stringify(content ?? null),
        },
      ],
      ...(finish_reason !== undefined && { finish_reason }),
    })),
  );
}

import type { Json, JsonObject } from "@vega/contracts";
import type { ChatRequest, LanguageModel, ModelEvent, Usage } from "../../models/language-model.ts";
import { ModelFault } from "../../models/language-model.ts";
import { readEmbeddings } from "../embeddings.ts";
import { faultInStream } from "../faults.ts";
import { isObject, malformed, parseObject } from "../json.ts";
import { open } from "../stream-call.ts";

/*
 * OpenAI's protocol, which most others speak. What a model says is passed through as it came.
 * Source: https://platform.openai.com/docs/api-reference/chat-streaming
 */

export interface OpenAiOptions {
  /** With its version, without a slash at its end: https://api.openai.com/v1 */
  readonly baseUrl: string;
  /** Undefined: no key is sent. */
  readonly apiKey: string | undefined;
}

export const bearer = (apiKey: string | undefined): Record<string, string> =>
  apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };

export function createOpenAiModel({ baseUrl, apiKey }: OpenAiOptions): LanguageModel {
  return {
    async *stream(request, signal, onConnected) {
      const opened = await open({
        url: `${baseUrl}/chat/completions`,
        headers: bearer(apiKey),
        body: bodyOf(request),
        signal,
        trace: request.trace,
        onConnected,
      });
      yield { kind: "headers", headers: opened.headers };
      if ("whole" in opened) yield* readWhole(opened.whole);
      else yield* readStream(opened.events);
    },
    async embed(body, signal, trace) {
      const opened = await open({
        url: `${baseUrl}/embeddings`,
        headers: bearer(apiKey),
        body,
        signal,
        trace,
      });
      if (!("whole" in opened)) throw malformed();
      if (opened.whole.error) throw faultInStream(opened.whole);
      return { body: readEmbeddings(body, opened.whole), headers: opened.headers };
    },
  };
}

function bodyOf({ model, messages, options }: ChatRequest): unknown {
  const wanted = isObject(options.stream_options) ? options.stream_options : {};
  return {
    ...options,
    model,
    messages,
    stream: true,
    stream_options: { ...wanted, include_usage: true },
  };
}

async function* readStream(
  batches: AsyncIterable<readonly { data: string }[]>,
): AsyncGenerator<ModelEvent, void> {
  let finished = false;
  let usage: Usage | undefined;
  reading: for await (const events of batches) {
    for (const { data } of events) {
      if (data === "[DONE]") break reading;
      const chunk = parseObject(data);
      if (chunk.error) throw faultInStream(chunk);
      // Some count on with every chunk; the last count is the whole.
      if (isUsage(chunk.usage)) usage = chunk.usage;
      const choice = choiceOf(chunk);
      if (!choice) continue;
      const { delta, logprobs } = choice;
      if (isObject(delta) && Object.keys(delta).length > 0) {
        const said = withPlainText(delta);
        yield logprobs ? { kind: "delta", delta: said, logprobs } : { kind: "delta", delta: said };
      }
      const reason = choice.finish_reason;
      if (typeof reason === "string" && reason !== "" && !finished) {
        finished = true;
        yield { kind: "finish", reason };
      }
    }
  }
  if (!finished) throw new ModelFault("broken_stream", "the stream ended before the answer did");
  if (usage) yield { kind: "usage", usage };
}

/** The text in parts of text. */
function textIn(parts: Json | undefined): string {
  if (!Array.isArray(parts)) return typeof parts === "string" ? parts : "";
  const texts = parts.map((part) => (isObject(part) ? part.text : ""));
  return texts.filter((text) => typeof text === "string").join("");
}

/** Mistral's models that think send their text in parts; every client takes text. */
function withPlainText(delta: JsonObject): JsonObject {
  const { content } = delta;
  if (!Array.isArray(content)) return delta;
  const thoughts = content.filter(isObject).filter(({ type }) => type === "thinking");
  const reasoning = thoughts.map(({ thinking }) => textIn(thinking)).join("");
  return {
    ...delta,
    content: textIn(content),
    ...(reasoning !== "" && { reasoning_content: reasoning }),
  };
}

/** The first choice of a chunk, if it has any: a chunk with usage has none. */
function choiceOf(chunk: JsonObject): JsonObject | undefined {
  if (!Array.isArray(chunk.choices)) {
    if (isUsage(chunk.usage)) return undefined;
    throw malformed();
  }
  const choice = chunk.choices.find((one) => isObject(one) && (one.index ?? 0) === 0);
  if (choice === undefined && chunk.choices.length > 0 && !chunk.choices.every(isObject)) {
    throw malformed();
  }
  return choice as JsonObject | undefined;
}

function isUsage(value: unknown): value is Usage {
  return isObject(value) && ["prompt_tokens", "completion_tokens"].every((key) => key in value);
}

/** The tool calls of a whole message are one each, whatever indexes the server gives them. */
function withOwnIndexes(message: JsonObject): JsonObject {
  const { tool_calls: calls } = message;
  if (!Array.isArray(calls)) return message;
  return {
    ...message,
    tool_calls: calls.filter(isObject).map((call, index) => Object.assign({}, call, { index })),
  };
}

/** An answer of a server that does not stream. */
function* readWhole(completion: JsonObject): Generator<ModelEvent, void> {
  if (completion.error) throw faultInStream(completion);
  const choice = choiceOf(completion);
  const message = choice?.message;
  const reason = choice?.finish_reason;
  if (!isObject(message) || typeof reason !== "string") throw malformed();
  const delta = withPlainText(withOwnIndexes(message));
  const { logprobs } = choice as JsonObject;
  yield logprobs ? { kind: "delta", delta, logprobs } : { kind: "delta", delta };
  yield { kind: "finish", reason };
  if (isUsage(completion.usage)) yield { kind: "usage", usage: completion.usage };
}

import type { Json, JsonObject } from "@vega/contracts";
import type {
  CallProgress,
  ChatRequest,
  LanguageModel,
  ModelEvent,
  Usage,
} from "../../models/language-model.ts";
import { ModelError } from "../../models/language-model.ts";
import { readEmbeddings } from "../embeddings.ts";
import { errorInStream } from "../errors.ts";
import { isObject, malformed, parseObject } from "../json.ts";
import type { ProviderOptions } from "../kind.ts";
import type { OpenCall, ResponseReader } from "../stream.ts";
import { forwardedHeaders, open, openCall, readJson, streamCompletion } from "../stream.ts";

import type { Dialect } from "./dialect.ts";
import { COMMON_DIALECT, requestBody } from "./dialect.ts";
import { createDialects, MOST_LESSONS } from "./dialects.ts";

/*
 * OpenAI's protocol, which most other providers share. Deltas are passed through unchanged.
 * Source: https://platform.openai.com/docs/api-reference/chat-streaming
 */

export const bearer = (apiKey: string | undefined): Record<string, string> =>
  apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };

/** @param dialect what all models of the provider have in common; the rest is learned from refusals */
export function createOpenAiModel(
  { baseUrl, apiKey, dialect: configured = {} }: ProviderOptions,
  kind: Dialect = COMMON_DIALECT,
): LanguageModel {
  const headers = bearer(apiKey);
  const dialects = createDialects({ ...kind, ...configured });
  const connect = async (
    { model, messages, options, trace }: ChatRequest,
    signal: AbortSignal,
    progress: CallProgress | undefined,
  ): Promise<OpenCall> => {
    const url = `${baseUrl}/chat/completions`;
    for (let lessons = 0; ; lessons += 1) {
      const dialect = dialects.of(model);
      const body = requestBody(model, messages, options, dialect);
      try {
        return await openCall({ url, headers, body, signal, trace, progress });
      } catch (error) {
        const mayLearn = error instanceof ModelError && lessons < MOST_LESSONS;
        if (!mayLearn || !dialects.learn(model, error, body, dialect)) throw error;
      }
    }
  };
  return {
    stream: (request, signal, progress) =>
      streamCompletion(() => connect(request, signal, progress), createOpenAiReader()),
    async embed(body, signal, trace) {
      const response = await open({ url: `${baseUrl}/embeddings`, headers, body, signal, trace });
      const json = await readJson(response, signal);
      if (json.error) throw errorInStream(json);
      return { body: readEmbeddings(body, json), headers: forwardedHeaders(response.headers) };
    },
  };
}

function createOpenAiReader(): ResponseReader {
  let finished = false;
  let done = false;
  let hasOutput = false;
  let hasToolCalls = false;
  let usage: Usage | undefined;
  return {
    isDone: () => done,
    take({ name, data }) {
      if (data === "[DONE]") {
        done = true;
        return [];
      }
      const chunk = parseObject(data);
      if (chunk.error || name === "error") throw errorInStream(chunk);
      // Some providers send a running count with every chunk; the last one is the total.
      if (isUsage(chunk.usage)) ({ usage } = chunk as { usage: Usage });
      const choice = choiceOf(chunk);
      if (!choice) return [];
      const events: ModelEvent[] = [];
      if (isObject(choice.delta) && Object.keys(choice.delta).length > 0) {
        hasOutput = true;
        hasToolCalls ||= isNonEmptyList(choice.delta.tool_calls);
        events.push(deltaEvent(withPlainText(choice.delta), choice.logprobs));
      }
      const reason = choice.finish_reason;
      if (typeof reason === "string" && reason !== "" && !finished) {
        finished = true;
        events.push({ kind: "finish", reason });
      }
      return events;
    },
    end() {
      const counted: ModelEvent[] = usage ? [{ kind: "usage", usage }] : [];
      if (finished) return counted;
      // Only the end marker tells a whole completion from an interrupted one.
      if (!done || !hasOutput)
        throw new ModelError("broken_stream", "the stream ended without a finish reason");
      return [{ kind: "finish", reason: hasToolCalls ? "tool_calls" : "stop" }, ...counted];
    },
    whole,
  };
}

const deltaEvent = (delta: JsonObject, logprobs: Json | undefined): ModelEvent =>
  logprobs ? { kind: "delta", delta, logprobs } : { kind: "delta", delta };

/** Concatenates parts of the type `text`. */
function textIn(parts: Json | undefined): string {
  if (!Array.isArray(parts)) return typeof parts === "string" ? parts : "";
  const texts = parts.map((part) => (isObject(part) ? part.text : ""));
  return texts.filter((text) => typeof text === "string").join("");
}

/** Mistral's reasoning models send content as parts; clients expect a string. */
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

const isNonEmptyList = (value: Json | undefined): boolean =>
  Array.isArray(value) && value.length > 0;

/** The first choice; undefined in a chunk without choices, such as a ping, a filter's report or the usage. */
function choiceOf(chunk: JsonObject): JsonObject | undefined {
  if (chunk.choices === undefined || chunk.choices === null) return undefined;
  if (!Array.isArray(chunk.choices)) throw malformed();
  const choice = chunk.choices.find((one) => isObject(one) && (one.index ?? 0) === 0);
  if (choice === undefined && !chunk.choices.every(isObject)) throw malformed();
  return choice as JsonObject | undefined;
}

function isUsage(value: unknown): value is Usage {
  return isObject(value) && ["prompt_tokens", "completion_tokens"].every((key) => key in value);
}

/** In a whole message each tool call is complete, whatever its index. */
function withOwnIndexes(message: JsonObject): JsonObject {
  const { tool_calls: calls } = message;
  if (!Array.isArray(calls)) return message;
  return {
    ...message,
    tool_calls: calls.filter(isObject).map((call, index) => Object.assign({}, call, { index })),
  };
}

/** Events of a server that does not stream. */
function whole(completion: JsonObject): ModelEvent[] {
  if (completion.error) throw errorInStream(completion);
  const choice = choiceOf(completion);
  const message = choice?.message;
  const reason = choice?.finish_reason;
  if (!isObject(message) || typeof reason !== "string") throw malformed();
  return [
    deltaEvent(withPlainText(withOwnIndexes(message)), choice?.logprobs),
    { kind: "finish", reason },
    ...(isUsage(completion.usage) ? [{ kind: "usage" as const, usage: completion.usage }] : []),
  ];
}

import type { LanguageModel } from "../../models/language-model.ts";
import { createAnthropicReader } from "./events.ts";
import { translateRequest } from "./request.ts";
import { malformed, parseObject } from "../json.ts";
import type { OpenAiOptions } from "../openai-compatible/model.ts";
import { open } from "../stream-call.ts";

const VERSION = "2023-06-01";

/** Headers of every call. */
export const anthropicHeaders = (apiKey: string | undefined): Record<string, string> => ({
  "anthropic-version": VERSION,
  ...(apiKey !== undefined && { "x-api-key": apiKey }),
});

/** Anthropic's SDKs name the base URL without its version. */
export const anthropicBase = (baseUrl: string): string =>
  baseUrl.endsWith("/v1") ? baseUrl : `${baseUrl}/v1`;

/** Anthropic's protocol. Source: https://docs.anthropic.com/en/api/messages */
export function createAnthropicModel({ baseUrl, apiKey }: OpenAiOptions): LanguageModel {
  return {
    async *stream(request, signal, onConnected) {
      const opened = await open({
        url: `${anthropicBase(baseUrl)}/messages`,
        headers: anthropicHeaders(apiKey),
        body: translateRequest(request),
        signal,
        trace: request.trace,
        onConnected,
      });
      yield { kind: "headers", headers: opened.headers };
      if ("whole" in opened) throw malformed();
      const reader = createAnthropicReader();
      reading: for await (const events of opened.events) {
        for (const { data } of events) {
          const event = parseObject(data);
          yield* reader.take(event);
          if (event.type === "message_stop") break reading;
        }
      }
      yield* reader.end();
    },
  };
}

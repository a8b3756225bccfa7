import type { LanguageModel } from "../../models/language-model.ts";
import type { ProviderOptions } from "../kind.ts";
import { openCall, streamCompletion } from "../stream.ts";
import { createAnthropicReader } from "./events.ts";
import { translateRequest } from "./request.ts";

const VERSION = "2023-06-01";

export const anthropicHeaders = (apiKey: string | undefined): Record<string, string> => ({
  "anthropic-version": VERSION,
  ...(apiKey !== undefined && { "x-api-key": apiKey }),
});

/** Anthropic's SDKs take the base URL without its version. */
export const anthropicBase = (baseUrl: string): string =>
  baseUrl.endsWith("/v1") ? baseUrl : `${baseUrl}/v1`;

/** Anthropic's protocol. Source: https://docs.anthropic.com/en/api/messages */
export function createAnthropicModel({ baseUrl, apiKey }: ProviderOptions): LanguageModel {
  return {
    stream: (request, signal, progress) =>
      streamCompletion(
        async () =>
          openCall({
            url: `${anthropicBase(baseUrl)}/messages`,
            headers: anthropicHeaders(apiKey),
            body: translateRequest(request),
            signal,
            trace: request.trace,
            progress,
          }),
        createAnthropicReader(),
      ),
  };
}

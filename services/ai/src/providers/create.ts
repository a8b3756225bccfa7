import type { LanguageModel } from "../models/language-model.ts";
import { ModelFault } from "../models/language-model.ts";
import { createAnthropicModel } from "./anthropic/model.ts";
import type { ProviderConfig } from "./config.ts";
import { KINDS } from "./kinds.ts";
import { createOpenAiModel } from "./openai-compatible/model.ts";

/** What an operator has to do before a provider can be called; undefined: nothing. */
export function whatIsMissing(provider: ProviderConfig, key: string | undefined) {
  if (key !== undefined) return undefined;
  if (provider.api_key_env !== undefined) return `set ${provider.api_key_env}`;
  if (provider.api_key_file !== undefined) return `put a key into ${provider.api_key_file}`;
  return undefined;
}

export const baseUrlOf = ({ kind, base_url }: ProviderConfig): string =>
  base_url ?? KINDS[kind].baseUrl ?? "";

/** The way to a provider's models, in the protocol of its kind. */
export function createProvider(
  provider: ProviderConfig,
  apiKey: string | undefined,
): LanguageModel {
  const missing = whatIsMissing(provider, apiKey);
  if (missing !== undefined) return withoutKey(`"${provider.id}" has no key: ${missing}`);
  const options = { baseUrl: baseUrlOf(provider), apiKey };
  return provider.kind === "anthropic" ? createAnthropicModel(options) : createOpenAiModel(options);
}

const withoutKey = (message: string): LanguageModel => ({
  stream: () => ({
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(new ModelFault("unauthorized", message)),
    }),
  }),
});

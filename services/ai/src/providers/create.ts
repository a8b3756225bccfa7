import type { LanguageModel } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import type { ProviderConfig } from "./config.ts";
import { KINDS } from "./kinds.ts";
import type { Dialect } from "./openai-compatible/dialect.ts";

/** What an operator has to do before the provider can be called; undefined: nothing. */
export function whatIsMissing(provider: ProviderConfig, key: string | undefined) {
  if (key !== undefined) return undefined;
  if (provider.api_key_env !== undefined) return `set ${provider.api_key_env}`;
  if (provider.api_key_file !== undefined) return `put a key into ${provider.api_key_file}`;
  return undefined;
}

export const baseUrlOf = ({ kind, base_url }: ProviderConfig): string =>
  base_url ?? KINDS[kind].baseUrl ?? "";

/** Models of a provider with the protocol of its kind. */
export function createProvider(
  provider: ProviderConfig,
  apiKey: string | undefined,
): LanguageModel {
  const missing = whatIsMissing(provider, apiKey);
  if (missing !== undefined) return withoutKey(`"${provider.id}" has no key: ${missing}`);
  return KINDS[provider.kind].createModel({
    baseUrl: baseUrlOf(provider),
    apiKey,
    dialect: dialectOf(provider),
  });
}

const dialectOf = ({ dialect }: ProviderConfig): Partial<Dialect> => ({
  ...(dialect.max_tokens !== undefined && { maxTokens: dialect.max_tokens }),
  ...(dialect.developer_role !== undefined && { hasDeveloperRole: dialect.developer_role }),
  ...(dialect.stream !== undefined && { streams: dialect.stream }),
  ...(dialect.system_first !== undefined && { systemFirst: dialect.system_first }),
  ...(dialect.refused !== undefined && { refused: dialect.refused }),
});

const withoutKey = (message: string): LanguageModel => ({
  stream: () => ({
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(new ModelError("unauthorized", message)),
    }),
  }),
});

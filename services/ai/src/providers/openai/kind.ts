import type { ProviderKind } from "../kind.ts";
import { COMMON_DIALECT } from "../openai-compatible/dialect.ts";
import { openAiCompatible } from "../openai-compatible/kind.ts";
import { createOpenAiModel } from "../openai-compatible/model.ts";

/** Reasoning models refuse `max_tokens`. Source: https://platform.openai.com/docs/api-reference/chat/create */
const DIALECT = {
  ...COMMON_DIALECT,
  maxTokens: "max_completion_tokens",
  hasDeveloperRole: true,
} as const;

export const openAi: ProviderKind = {
  ...openAiCompatible,
  baseUrl: "https://api.openai.com/v1",
  model: "gpt-4o-mini",
  env: "OPENAI",
  createModel: (options) => createOpenAiModel(options, DIALECT),
};

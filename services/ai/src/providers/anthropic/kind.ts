import type { ProviderKind } from "../kind.ts";
import { anthropicBase, anthropicHeaders, createAnthropicModel } from "./model.ts";

/**
 * Claude models that continue the text of a trailing assistant message; later ones refuse it.
 * Source: https://docs.anthropic.com/en/docs/build-with-claude/prompt-engineering/prefill-claudes-response
 */
const TAKES_PREFILL = /^claude-(3|(opus|sonnet|haiku)-4(-[015])?(-\d{8})?$)/;

export const anthropic: ProviderKind = {
  baseUrl: "https://api.anthropic.com/v1",
  model: "claude-sonnet-4-5",
  env: "ANTHROPIC",
  createModel: createAnthropicModel,
  listModels: ({ baseUrl, apiKey }) => ({
    url: `${anthropicBase(baseUrl)}/models?limit=1000`,
    headers: anthropicHeaders(apiKey),
  }),
  takesPrefill: (model) => TAKES_PREFILL.test(model),
};

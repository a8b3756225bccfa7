import type { ProviderKind } from "../kind.ts";
import { bearer, createOpenAiModel } from "./model.ts";

/** Any server with OpenAI's protocol. */
export const openAiCompatible: ProviderKind = {
  baseUrl: undefined,
  model: undefined,
  env: undefined,
  createModel: (options) => createOpenAiModel(options),
  listModels: ({ baseUrl, apiKey }) => ({ url: `${baseUrl}/models`, headers: bearer(apiKey) }),
  takesPrefill: () => false,
};

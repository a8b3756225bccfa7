import type { ProviderKind } from "../kind.ts";
import { openAiCompatible } from "../openai-compatible/kind.ts";

export const xAi: ProviderKind = {
  ...openAiCompatible,
  baseUrl: "https://api.x.ai/v1",
  model: "grok-4",
  env: "XAI",
};

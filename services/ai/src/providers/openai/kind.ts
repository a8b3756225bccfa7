import type { ProviderKind } from "../kind.ts";
import { openAiCompatible } from "../openai-compatible/kind.ts";

export const openAi: ProviderKind = {
  ...openAiCompatible,
  baseUrl: "https://api.openai.com/v1",
  model: "gpt-4o-mini",
  env: "OPENAI",
};

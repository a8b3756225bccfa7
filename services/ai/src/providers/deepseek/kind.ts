import type { ProviderKind } from "../kind.ts";
import { openAiCompatible } from "../openai-compatible/kind.ts";

export const deepSeek: ProviderKind = {
  ...openAiCompatible,
  baseUrl: "https://api.deepseek.com/v1",
  model: "deepseek-chat",
  env: "DEEPSEEK",
};

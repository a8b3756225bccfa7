/** What is known of the kinds of providers. Base URLs with their version; none for the kind that has any. */
export const KINDS = {
  openai: { baseUrl: "https://api.openai.com/v1", model: "gpt-4o-mini", env: "OPENAI" },
  anthropic: {
    baseUrl: "https://api.anthropic.com/v1",
    model: "claude-sonnet-4-5",
    env: "ANTHROPIC",
  },
  xai: { baseUrl: "https://api.x.ai/v1", model: "grok-4", env: "XAI" },
  deepseek: { baseUrl: "https://api.deepseek.com/v1", model: "deepseek-chat", env: "DEEPSEEK" },
  "openai-compatible": { baseUrl: undefined, model: undefined, env: undefined },
} as const;

export type Kind = keyof typeof KINDS;

/** What ensembles are named by; no provider may be called so. */
export const ORCHESTRA = "orchestra";

/** The provider of this house, which is always there. */
export const LOCAL = "local";
export const ECHO_ANALYST = "echo-analyst";

/** Whether a model's name, with its provider's, is of this house. */
export const isLocal = (name: string): boolean => name.startsWith(`${LOCAL}/`);

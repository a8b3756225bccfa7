import { anthropic } from "./anthropic/kind.ts";
import { deepSeek } from "./deepseek/kind.ts";
import type { ProviderKind } from "./kind.ts";
import { openAi } from "./openai/kind.ts";
import { openAiCompatible } from "./openai-compatible/kind.ts";
import { xAi } from "./xai/kind.ts";

/** All kinds of providers, in the order of priority. */
const kinds = {
  openai: openAi,
  anthropic,
  xai: xAi,
  deepseek: deepSeek,
  "openai-compatible": openAiCompatible,
};

export type Kind = keyof typeof kinds;
export const KINDS: Readonly<Record<Kind, ProviderKind>> = kinds;

/** Provider name of ensembles; reserved. */
export const ORCHESTRA = "orchestra";

/** The built-in provider, always available; reserved. */
export const LOCAL = "local";
export const ECHO_ANALYST = "echo-analyst";

/** Whether a name of the form `<provider>/<model>` is of the built-in provider. */
export const isLocal = (name: string): boolean => name.startsWith(`${LOCAL}/`);

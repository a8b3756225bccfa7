import { z } from "zod";

const count = z.int().min(0);

/** Tokens of a call; the optional counts are parts of the others, absent where the provider reports none. */
export const tokenUsageSchema = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  /** Of the prompt: read from the provider's cache, and written to it. */
  cached_tokens: count.optional(),
  cache_write_tokens: count.optional(),
  /** Of the completion. */
  reasoning_tokens: count.optional(),
});
export type TokenUsage = z.infer<typeof tokenUsageSchema>;

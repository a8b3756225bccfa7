import type { Orchestra, Outcome, TokenUsage } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import type { ChatRequest, Usage } from "./language-model.ts";
import type { Models } from "./models.ts";
import { ORCHESTRA } from "../providers/kinds.ts";
import { atMostTokens } from "../chat/tokens.ts";

/* Usage and cost of completions: reported, estimated or summed over several calls. */

const isCount = (count: unknown) => Number.isSafeInteger(count) && Number(count) >= 0;

/** Undefined for malformed counts: a provider's bug must not lose a completion. */
export function tokensOf(usage: Usage): TokenUsage | undefined {
  const { prompt_tokens, completion_tokens } = usage;
  return isCount(prompt_tokens) && isCount(completion_tokens)
    ? { prompt_tokens, completion_tokens, ...detailsOf(usage) }
    : undefined;
}

/**
 * Parts of the counts that have prices of their own.
 * Source: https://platform.openai.com/docs/api-reference/chat/object, https://api-docs.deepseek.com/guides/kv_cache
 */
export function detailsOf(usage: Usage): Pick<TokenUsage, Detail> {
  const prompt = detailsIn(usage["prompt_tokens_details"]);
  const completion = detailsIn(usage["completion_tokens_details"]);
  const { prompt_tokens, completion_tokens } = usage;
  const cached = partOf(prompt_tokens, prompt["cached_tokens"] ?? usage["prompt_cache_hit_tokens"]);
  const written = partOf(prompt_tokens - (cached ?? 0), prompt["cache_creation_tokens"]);
  const reasoning = partOf(completion_tokens, completion["reasoning_tokens"]);
  return {
    ...(cached !== undefined && { cached_tokens: cached }),
    ...(written !== undefined && { cache_write_tokens: written }),
    ...(reasoning !== undefined && { reasoning_tokens: reasoning }),
  };
}

const DETAILS = ["cached_tokens", "cache_write_tokens", "reasoning_tokens"] as const;
type Detail = (typeof DETAILS)[number];

const detailsIn = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** A positive count that is at most the whole. */
const partOf = (whole: number, count: unknown): number | undefined =>
  isCount(count) && Number(count) > 0 ? Math.min(Number(count), whole) : undefined;

/** USD for a million tokens. Without prices of their own, cached and written tokens cost as others. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cached_input?: number | undefined;
  readonly cache_write?: number | undefined;
}

const MILLION = 1_000_000;

/** @returns USD */
export function costOf(usage: Usage, price: Price): number {
  const { cached_tokens = 0, cache_write_tokens = 0 } = detailsOf(usage);
  const { input, output, cached_input = input, cache_write = input } = price;
  const plain = usage.prompt_tokens - cached_tokens - cache_write_tokens;
  const prompt = plain * input + cached_tokens * cached_input + cache_write_tokens * cache_write;
  return (prompt + usage.completion_tokens * output) / MILLION;
}

/** Estimated UTF-8 bytes per token; state estimates interrupted completions with the same number. */
const BYTES_PER_TOKEN = 4;

const tokensIn = (bytes: number) => Math.ceil(bytes / BYTES_PER_TOKEN);

/** Estimate for a call without reported usage: its prompt and the text received. */
export function estimateUsage({ messages }: Pick<ChatRequest, "messages">, text: string): Usage {
  const prompt_tokens = tokensIn(messages.reduce((sum, one) => sum + atMostTokens(one), 0));
  const completion_tokens = tokensIn(Buffer.byteLength(text));
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

/** Sum over calls. The cost is null only where no call has a price. */
export function sumOf(all: readonly { usage: TokenUsage | null; cost_usd: number | null }[]) {
  const costs = all.flatMap(({ cost_usd }) => cost_usd ?? []);
  return {
    prompt_tokens: all.reduce((sum, { usage }) => sum + (usage?.prompt_tokens ?? 0), 0),
    completion_tokens: all.reduce((sum, { usage }) => sum + (usage?.completion_tokens ?? 0), 0),
    ...sumOfDetails(all.flatMap(({ usage }) => usage ?? [])),
    cost_usd: costs.length === 0 ? null : costs.reduce((sum, usd) => sum + usd, 0),
  };
}

function sumOfDetails(all: readonly TokenUsage[]): Pick<TokenUsage, Detail> {
  const sums = DETAILS.map((name) => [name, all.reduce((sum, one) => sum + (one[name] ?? 0), 0)]);
  return Object.fromEntries(sums.filter(([, sum]) => sum !== 0));
}

/** Usage and cost of a completion: the calls of an ensemble, and those of a model outside of it. */
export function spentOn(
  { usage, servedBy, orchestra }: Known,
  cost: Models["cost"],
): Pick<Outcome, "usage" | "cost_usd"> {
  const parts: Parameters<typeof sumOf>[0][number][] = [];
  if (orchestra)
    parts.push(...orchestra.seats, ...(orchestra.conductor ? [orchestra.conductor] : []));
  // The usage of an ensemble is the same sum.
  const tokens = servedBy?.provider === ORCHESTRA ? undefined : usage && tokensOf(usage);
  if (usage && tokens && servedBy) {
    parts.push({ usage: tokens, cost_usd: cost(servedBy.provider, servedBy.model, usage) ?? null });
  }
  const { cost_usd, ...sum } = sumOf(parts);
  const isKnown = tokens !== undefined || sum.prompt_tokens + sum.completion_tokens > 0;
  return { usage: isKnown ? sum : null, cost_usd };
}

interface Known {
  readonly usage: Usage | undefined;
  readonly servedBy: Pick<Target, "provider" | "model"> | undefined;
  readonly orchestra: Orchestra | undefined;
}

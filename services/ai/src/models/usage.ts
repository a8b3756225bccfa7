import type { Orchestra, Outcome } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import type { ChatRequest, Usage } from "./language-model.ts";
import type { Models } from "./models.ts";
import { ORCHESTRA } from "../providers/kinds.ts";
import { atMostTokens } from "../chat/tokens.ts";

/* Usage and cost of completions: reported, estimated or summed over several calls. */

type Tokens = Pick<Usage, "prompt_tokens" | "completion_tokens">;

const isCount = (count: unknown) => Number.isSafeInteger(count) && Number(count) >= 0;

/** Undefined for malformed counts: a provider's bug must not lose a completion. */
export function tokensOf({ prompt_tokens, completion_tokens }: Usage): Tokens | undefined {
  return isCount(prompt_tokens) && isCount(completion_tokens)
    ? { prompt_tokens, completion_tokens }
    : undefined;
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
export function sumOf(all: readonly { usage: Tokens | null; cost_usd: number | null }[]) {
  const costs = all.flatMap(({ cost_usd }) => cost_usd ?? []);
  return {
    prompt_tokens: all.reduce((sum, { usage }) => sum + (usage?.prompt_tokens ?? 0), 0),
    completion_tokens: all.reduce((sum, { usage }) => sum + (usage?.completion_tokens ?? 0), 0),
    cost_usd: costs.length === 0 ? null : costs.reduce((sum, usd) => sum + usd, 0),
  };
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

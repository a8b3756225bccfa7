import type { Orchestra, Outcome } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import type { ChatRequest, Usage } from "./language-model.ts";
import type { Models } from "./models.ts";
import { ORCHESTRA } from "../providers/kinds.ts";
import { atMostTokens } from "../chat/tokens.ts";

/* What calls took, where one provider or several or none told it. */

type Tokens = Pick<Usage, "prompt_tokens" | "completion_tokens">;

const isCount = (count: unknown) => Number.isSafeInteger(count) && Number(count) >= 0;

/** What providers count is theirs to say; an answer is not lost for a count that is none. */
export function tokensOf({ prompt_tokens, completion_tokens }: Usage): Tokens | undefined {
  return isCount(prompt_tokens) && isCount(completion_tokens)
    ? { prompt_tokens, completion_tokens }
    : undefined;
}

/** UTF-8 bytes of a token of text, about; as state counts answers that were cut off. */
const BYTES_PER_TOKEN = 4;

const tokensIn = (bytes: number) => Math.ceil(bytes / BYTES_PER_TOKEN);

/** What a call took whose provider was cut off before it told: its prompt, and what had come of its answer. */
export function estimateUsage({ messages }: Pick<ChatRequest, "messages">, text: string): Usage {
  const prompt_tokens = tokensIn(messages.reduce((sum, one) => sum + atMostTokens(one), 0));
  const completion_tokens = tokensIn(Buffer.byteLength(text));
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

/** What was paid to several; no price counts as none where another one is known. */
export function sumOf(all: readonly { usage: Tokens | null; cost_usd: number | null }[]) {
  const costs = all.flatMap(({ cost_usd }) => cost_usd ?? []);
  return {
    prompt_tokens: all.reduce((sum, { usage }) => sum + (usage?.prompt_tokens ?? 0), 0),
    completion_tokens: all.reduce((sum, { usage }) => sum + (usage?.completion_tokens ?? 0), 0),
    cost_usd: costs.length === 0 ? null : costs.reduce((sum, usd) => sum + usd, 0),
  };
}

/** All that an answer took: the calls of an ensemble, and that of who answered by itself or in its place. */
export function spentOn(
  { usage, servedBy, orchestra }: Known,
  cost: Models["cost"],
): Pick<Outcome, "usage" | "cost_usd"> {
  const parts: Parameters<typeof sumOf>[0][number][] = [];
  if (orchestra)
    parts.push(...orchestra.seats, ...(orchestra.conductor ? [orchestra.conductor] : []));
  // What an ensemble tells of itself is that same sum.
  const tokens = servedBy?.provider === ORCHESTRA ? undefined : usage && tokensOf(usage);
  if (usage && tokens && servedBy) {
    parts.push({ usage: tokens, cost_usd: cost(servedBy.provider, servedBy.model, usage) ?? null });
  }
  const { cost_usd, ...sum } = sumOf(parts);
  const isTold = tokens !== undefined || sum.prompt_tokens + sum.completion_tokens > 0;
  return { usage: isTold ? sum : null, cost_usd };
}

interface Known {
  readonly usage: Usage | undefined;
  readonly servedBy: Pick<Target, "provider" | "model"> | undefined;
  readonly orchestra: Orchestra | undefined;
}

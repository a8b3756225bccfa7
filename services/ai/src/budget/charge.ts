import type { Charge, JsonObject } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import type { Models } from "../models/models.ts";
import { completionTokens, DEFAULT_WINDOW } from "../chat/fit.ts";
import type { CountTokens } from "../chat/tokens.ts";
import { atMostTokens, loadTokenCounter } from "../chat/tokens.ts";

/*
 * Upper bound of a completion's tokens and cost, for reserving budget before the call. Of several models in a chain the
 * most expensive one counts.
 */

export interface ChargedRequest {
  /** Targets that may be called. */
  readonly chain: readonly Pick<Target, "provider" | "model" | "contextWindow" | "ensemble">[];
  /** Messages of the prompt. */
  readonly messages: readonly JsonObject[];
  readonly options: JsonObject;
  /** Maximum completion tokens; default: those of the options. */
  readonly completion?: number | undefined;
  /** See `Models`. */
  readonly cost: Models["cost"];
  readonly keyId?: string | undefined;
  /** Name of the calling agent. */
  readonly agent?: string | undefined;
}

const MILLION = 1_000_000;
/** More than any model produces; some clients send huge numbers for "unlimited". */
const MAX_TOKENS = 1e9;
const BILLIONTH = 1e9;
/** Margin for tokenizers that produce more tokens than OpenAI's. */
const COUNT_MARGIN = 1.2;

/**
 * Calls `start` with the charge to reserve. The prompt is first estimated by its bytes, an upper bound of its tokens; only
 * if that exceeds a budget its tokens are counted.
 * Throws what `start` throws, VegaError `budget_exceeded` among it.
 */
export async function reserveWithinBudget<Started>(
  start: (charge: Charge) => Promise<Started>,
  request: ChargedRequest,
): Promise<Started> {
  const roughly = chargeOf(request, atMostTokens);
  try {
    return await start(roughly);
  } catch (error) {
    if (!(error instanceof VegaError) || error.code !== "budget_exceeded") throw error;
    const count = await loadTokenCounter();
    const exactly = chargeOf(request, (message) => Math.ceil(count(message) * COUNT_MARGIN));
    const isLess =
      exactly.max_tokens < roughly.max_tokens ||
      (exactly.max_cost_usd ?? 0) < (roughly.max_cost_usd ?? 0);
    if (!isLess) throw error;
    return await start(exactly);
  }
}

/** @param count an upper bound of a message's tokens */
export function chargeOf(request: ChargedRequest, count: CountTokens): Charge {
  const { chain, messages, options, cost } = request;
  const prompt = messages.reduce((sum, message) => sum + count(message), describedTokens(options));
  const completion = request.completion ?? completionTokens(options);
  const { tokens, usd, price } = mostOf(chain, prompt, { completion, cost });
  const { keyId = null, agent = null } = request;
  return {
    key_id: keyId,
    agent,
    // The estimate for an ensemble without a report, after a kill: each member has read the prompt.
    prompt_tokens: estimated(request, count) * (chain[0]?.ensemble?.members.length ?? 1),
    max_tokens: tokens,
    max_cost_usd: usd,
    price,
  };
}

type Charged = ChargedRequest["chain"][number];

/** Upper bound of a call. `usd` null: no price is known. */
interface Most {
  readonly tokens: number;
  readonly usd: number | null;
  readonly price: Charge["price"];
}

/** `completion`: maximum completion tokens; undefined: the context window. */
interface CompletionLimit {
  readonly completion: number | undefined;
  readonly cost: Models["cost"];
}

/** The most expensive model of a chain. */
function mostOf(chain: readonly Charged[], prompt: number, limit: CompletionLimit): Most {
  const all = chain.map((target) =>
    target.ensemble ? mostOfAll(target.ensemble, prompt, limit) : mostOfOne(target, prompt, limit),
  );
  const priced = all.filter(({ usd }) => usd !== null);
  const [dearest] = priced.toSorted((a, b) => (b.usd ?? 0) - (a.usd ?? 0));
  return {
    tokens: Math.max(0, ...all.map(({ tokens }) => tokens)),
    usd: dearest?.usd ?? null,
    price: dearest?.price ?? null,
  };
}

function mostOfOne(target: Charged, prompt: number, { completion, cost }: CompletionLimit): Most {
  const { provider, model, contextWindow = DEFAULT_WINDOW } = target;
  const room = Math.max(0, contextWindow - prompt);
  // A prompt beyond the window is refused by the provider.
  const output = completion === undefined ? room : Math.min(MAX_TOKENS, Math.ceil(completion));
  const costOf = (prompt_tokens: number, completion_tokens: number) => {
    const total_tokens = prompt_tokens + completion_tokens;
    const usage = { prompt_tokens, completion_tokens, total_tokens };
    const read = cost(provider, model, usage);
    // Writing the prompt to a cache may cost more than reading it.
    const prompt_tokens_details = { cache_creation_tokens: prompt_tokens };
    const written = cost(provider, model, { ...usage, prompt_tokens_details });
    return read === undefined || written === undefined ? read : Math.max(read, written);
  };
  const most = costOf(prompt, output);
  if (most === undefined) return { tokens: prompt + output, usd: null, price: null };
  return {
    tokens: prompt + output,
    usd: Math.ceil(most * BILLIONTH) / BILLIONTH,
    price: { input: costOf(MILLION, 0) ?? 0, output: costOf(0, MILLION) ?? 0 },
  };
}

/** All members of an ensemble together, and an aggregator that reads all their completions. */
function mostOfAll(
  { members, aggregator }: NonNullable<Charged["ensemble"]>,
  prompt: number,
  limit: CompletionLimit,
): Most {
  const each = members.map((chain) => mostOf(chain, prompt, limit));
  const completions = each.reduce((sum, { tokens }) => sum + tokens - prompt, 0);
  const all = [...each, mostOf(aggregator, prompt + completions, limit)];
  const known = all.flatMap(({ usd }) => usd ?? []);
  return {
    tokens: all.reduce((sum, { tokens }) => sum + tokens, 0),
    usd: known.length === 0 ? null : known.reduce((sum, usd) => sum + usd, 0),
    price: all.find(({ price }) => price !== null)?.price ?? null,
  };
}

/** Upper bound of the tokens of tools and formats: their bytes. */
function describedTokens({ tools, functions, response_format }: JsonObject): number {
  const described = [tools, functions, response_format].filter((one) => one !== undefined);
  return described.reduce<number>((sum, one) => sum + Buffer.byteLength(JSON.stringify(one)), 0);
}

/** Estimated bytes per token of English text. */
const BYTES_PER_TOKEN = 4;

/** Estimated prompt tokens, charged where a provider reports no usage. */
function estimated({ messages, options }: ChargedRequest, count: CountTokens): number {
  const described = describedTokens(options) / BYTES_PER_TOKEN;
  const tokens = messages.reduce((sum, message) => sum + count(message), 0);
  return Math.ceil(described + (count === atMostTokens ? tokens / BYTES_PER_TOKEN : tokens));
}

import type { Charge, JsonObject } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import type { Models } from "../models/models.ts";
import { answerTokens, DEFAULT_WINDOW } from "../chat/fit.ts";
import type { CountTokens } from "../chat/tokens.ts";
import { atMostTokens, loadTokenCounter } from "../chat/tokens.ts";

/*
 * The most that an answer can take, so that a budget can be held to before anybody is asked. Where several models may
 * be asked, the dearest counts.
 */

export interface ChargedRequest {
  /** Who may be asked. */
  readonly chain: readonly Pick<Target, "provider" | "model" | "contextWindow" | "ensemble">[];
  /** What they are shown. */
  readonly messages: readonly JsonObject[];
  readonly options: JsonObject;
  /** Tokens that are answered at most; default what the options say. */
  readonly completion?: number | undefined;
  /** See `Models`. */
  readonly cost: Models["cost"];
  readonly keyId?: string | undefined;
  /** Name of the agent that asks. */
  readonly agent?: string | undefined;
}

const MILLION = 1_000_000;
/** More than any model gives; some clients send what is meant as "without end". */
const MOST_TOKENS = 1e9;
const BILLIONTH = 1e9;
/** What other tokenizers make of a text may be more than what OpenAI's makes of it. */
const COUNT_MARGIN = 1.2;

/**
 * Begins an answer where the budgets allow it. The prompt is taken at its bytes, since no text has more tokens; only
 * where that is too much its tokens are counted.
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
  const asked = request.completion ?? answerTokens(options);
  const { tokens, usd, price } = mostOf(chain, prompt, { asked, cost });
  const { keyId = null, agent = null } = request;
  return {
    key_id: keyId,
    agent,
    // Of an ensemble that tells nothing, since it was killed, each seat had read it.
    prompt_tokens: estimated(request, count) * (chain[0]?.ensemble?.members.length ?? 1),
    max_tokens: tokens,
    max_cost_usd: usd,
    price,
  };
}

type Charged = ChargedRequest["chain"][number];

/** The most that one call can take. `usd` null: no price is known. */
interface Most {
  readonly tokens: number;
  readonly usd: number | null;
  readonly price: Charge["price"];
}

/** What a call is asked for beside its prompt. `asked`: the longest answer that is wanted, in tokens. */
interface Wanted {
  readonly asked: number | undefined;
  readonly cost: Models["cost"];
}

/** Of several models that may be asked, the dearest. */
function mostOf(chain: readonly Charged[], prompt: number, wanted: Wanted): Most {
  const all = chain.map((target) =>
    target.ensemble
      ? mostOfAll(target.ensemble, prompt, wanted)
      : mostOfOne(target, prompt, wanted),
  );
  const priced = all.filter(({ usd }) => usd !== null);
  const [dearest] = priced.toSorted((a, b) => (b.usd ?? 0) - (a.usd ?? 0));
  return {
    tokens: Math.max(0, ...all.map(({ tokens }) => tokens)),
    usd: dearest?.usd ?? null,
    price: dearest?.price ?? null,
  };
}

function mostOfOne(target: Charged, prompt: number, { asked, cost }: Wanted): Most {
  const { provider, model, contextWindow = DEFAULT_WINDOW } = target;
  const room = Math.max(0, contextWindow - prompt);
  // What no window holds the provider refuses; until then the prompt counts as it is.
  const completion = asked === undefined ? room : Math.min(MOST_TOKENS, Math.ceil(asked));
  const costOf = (prompt_tokens: number, completion_tokens: number) => {
    const total_tokens = prompt_tokens + completion_tokens;
    return cost(provider, model, { prompt_tokens, completion_tokens, total_tokens });
  };
  const most = costOf(prompt, completion);
  if (most === undefined) return { tokens: prompt + completion, usd: null, price: null };
  return {
    tokens: prompt + completion,
    usd: Math.ceil(most * BILLIONTH) / BILLIONTH,
    price: { input: costOf(MILLION, 0) ?? 0, output: costOf(0, MILLION) ?? 0 },
  };
}

/** Of an ensemble all seats together, and a conductor who reads all that they can say. */
function mostOfAll(
  { members, aggregator }: NonNullable<Charged["ensemble"]>,
  prompt: number,
  wanted: Wanted,
): Most {
  const each = members.map((chain) => mostOf(chain, prompt, wanted));
  const said = each.reduce((sum, { tokens }) => sum + tokens - prompt, 0);
  const all = [...each, mostOf(aggregator, prompt + said, wanted)];
  const known = all.flatMap(({ usd }) => usd ?? []);
  return {
    tokens: all.reduce((sum, { tokens }) => sum + tokens, 0),
    usd: known.length === 0 ? null : known.reduce((sum, usd) => sum + usd, 0),
    price: all.find(({ price }) => price !== null)?.price ?? null,
  };
}

/** What stands before a model beside the messages: a byte is a token at most. */
function describedTokens({ tools, functions, response_format }: JsonObject): number {
  const described = [tools, functions, response_format].filter((one) => one !== undefined);
  return described.reduce<number>((sum, one) => sum + Buffer.byteLength(JSON.stringify(one)), 0);
}

/** Bytes of a token of English text, about, where tokens are not counted. */
const BYTES_PER_TOKEN = 4;

/** What the prompt is likely to take; that counts where a provider tells no usage. */
function estimated({ messages, options }: ChargedRequest, count: CountTokens): number {
  const described = describedTokens(options) / BYTES_PER_TOKEN;
  const said = messages.reduce((sum, message) => sum + count(message), 0);
  return Math.ceil(described + (count === atMostTokens ? said / BYTES_PER_TOKEN : said));
}

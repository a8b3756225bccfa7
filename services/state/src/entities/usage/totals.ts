import type { UsageTotals } from "@vega/contracts";

const BILLIONTH = 1e9;

/**
 * A sum of money on the grid of billionths: what is added and taken away again leaves nothing behind. Exact up to some
 * nine million dollars, where a double holds no billionths any more.
 */
export const usd = (amount: number): number => Math.round(amount * BILLIONTH) / BILLIONTH;

export const NOTHING_USED: UsageTotals = {
  answers: 0,
  incomplete: 0,
  estimated: 0,
  unpriced: 0,
  prompt_tokens: 0,
  completion_tokens: 0,
  cost_usd: 0,
};

export const plus = (a: UsageTotals, b: UsageTotals): UsageTotals => ({
  answers: a.answers + b.answers,
  incomplete: a.incomplete + b.incomplete,
  estimated: a.estimated + b.estimated,
  unpriced: a.unpriced + b.unpriced,
  prompt_tokens: a.prompt_tokens + b.prompt_tokens,
  completion_tokens: a.completion_tokens + b.completion_tokens,
  cost_usd: usd(a.cost_usd + b.cost_usd),
});

import { z } from "zod";

const count = z.int().min(0);

/** US dollars; kept to a billionth. */
export const usdSchema = z.number().min(0);

/** What answers took. Tokens as providers count them, or as estimated where none did. */
export const usageTotalsSchema = z.object({
  /** Answers that ended, one way or another. */
  answers: count,
  /** Of these, those that were cancelled, failed or broke off. */
  incomplete: count,
  /** Of these, those whose tokens are estimated. */
  estimated: count,
  /** Of these, those that took tokens for which no price is known: they are not in `cost_usd`. */
  unpriced: count,
  prompt_tokens: count,
  completion_tokens: count,
  cost_usd: usdSchema,
});
export type UsageTotals = z.infer<typeof usageTotalsSchema>;

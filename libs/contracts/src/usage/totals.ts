import { z } from "zod";

const count = z.int().min(0);

/** US dollars, stored to a billionth. */
export const usdSchema = z.number().min(0);

/** Tokens and costs of answers. Tokens as reported by providers, or estimated where not reported. */
export const usageTotalsSchema = z.object({
  /** Answers that ended, with any status. */
  answers: count,
  /** Of these: cancelled, failed or truncated. */
  incomplete: count,
  /** Of these: with estimated tokens. */
  estimated: count,
  /** Of these: with tokens of unknown price, which `cost_usd` leaves out. */
  unpriced: count,
  prompt_tokens: count,
  completion_tokens: count,
  cost_usd: usdSchema,
});
export type UsageTotals = z.infer<typeof usageTotalsSchema>;

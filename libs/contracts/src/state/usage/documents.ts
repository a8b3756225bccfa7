import { z } from "zod";
import { usageTotalsSchema, usdSchema } from "./totals.ts";

/*
 * What answers took, and what they may take. Days and months are those of UTC; that of an answer is the one in which it
 * began.
 */

export { usageTotalsSchema, type UsageTotals } from "./totals.ts";

const count = z.int().min(0);

/** `2026-11-23` */
export const daySchema = z.iso.date();

/** A part of a day's usage, of one model or agent. */
const shareSchema = usageTotalsSchema.extend({ name: z.string() });

/** One day of one owner, or of the whole system. Small: every answer writes two of these. */
export const usageDaySchema = z.object({
  /** See `ownerKey`, or `system`. */
  owner: z.string(),
  day: daySchema,
  total: usageTotalsSchema,
  /** At most so many of each as MAX_SHARES, those that came first; all others are `other`. */
  models: z.array(shareSchema),
  agents: z.array(shareSchema),
});
export type UsageDay = z.infer<typeof usageDaySchema>;

/** USD for a million tokens. */
const priceSchema = z.object({ input: z.number().min(0), output: z.number().min(0) });

/** On whose account an answer goes beside its owner's, and the most that it can take. */
export const chargeSchema = z.object({
  /** Id of the API key that it was asked with. */
  key_id: z.string().max(128).nullable().default(null),
  /** Name of the agent that asks. */
  agent: z.string().max(128).nullable().default(null),
  /** What the prompt is estimated to take, in tokens. */
  prompt_tokens: count,
  /** The most that prompt and answer can take together. */
  max_tokens: count,
  /** The most that they can cost; null: no price is known. */
  max_cost_usd: usdSchema.nullable(),
  /** What an estimate is made with where the provider told no usage. */
  price: priceSchema.nullable().default(null),
});
export type Charge = z.output<typeof chargeSchema>;

/** A charge that was accepted, as it is kept while the answer is being made. */
export const reservationSchema = chargeSchema.extend({
  day: daySchema,
  /** `uid` of the budgets in which it was reserved. */
  budgets: z.array(z.string()),
});
export type Reservation = z.infer<typeof reservationSchema>;

export const BUDGET_SCOPES = ["user", "key", "agent", "system"] as const;
export const budgetScopeSchema = z.enum(BUDGET_SCOPES);
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

/** The one id of the scope `system`. */
export const WHOLE_SYSTEM = "all";

/** Of an account, an API key or an agent (its name), or {@link WHOLE_SYSTEM}. */
export const budgetIdSchema = z
  .string()
  .min(1)
  .max(128)
  .refine((id) => !id.includes("/"), "has no slash");

const limitSchema = z
  .strictObject({ usd: usdSchema.max(1_000_000), tokens: count.max(1e12) })
  .partial();

/** What is not named is not limited. */
export const budgetLimitsSchema = z
  .strictObject({ day: limitSchema, month: limitSchema })
  .partial();
export type BudgetLimits = z.infer<typeof budgetLimitsSchema>;

/** What was spent in a period, and what those under way may spend at most beside it. */
const spendingSchema = z.object({
  /** A day or a month; what is kept of another than the present one counts no more. */
  period: z.string(),
  tokens: count,
  usd: usdSchema,
  reserved_tokens: count,
  reserved_usd: usdSchema,
});
export type Spending = z.infer<typeof spendingSchema>;

export const budgetSchema = z.object({
  /** Another one whenever a budget is made, even for the same id. */
  uid: z.uuid(),
  scope: budgetScopeSchema,
  id: budgetIdSchema,
  limits: budgetLimitsSchema,
  day: spendingSchema,
  month: spendingSchema,
  updated_at: z.iso.datetime(),
});
export type Budget = z.infer<typeof budgetSchema>;

import { z } from "zod";
import { usdSchema } from "../usage/totals.ts";

const count = z.int().min(0);

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

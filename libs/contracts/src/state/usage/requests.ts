import { z } from "zod";
import { defineRequest } from "../../define.ts";
import { sequenced } from "../../sequenced.ts";
import { outcomeSchema, ownerSchema } from "../conversations/documents.ts";
import {
  budgetIdSchema,
  budgetLimitsSchema,
  budgetSchema,
  budgetScopeSchema,
  chargeSchema,
  daySchema,
} from "./documents.ts";
import { usageTotalsSchema } from "./totals.ts";

export const USAGE_BY = ["day", "user", "model", "agent", "conversation"] as const;

/** Days that are told of at once at most. */
export const MAX_USAGE_DAYS = 366;

/** What was used, of one day, user, model, agent or conversation. */
export const usageRowSchema = usageTotalsSchema.extend({ key: z.string() });
export type UsageRow = z.infer<typeof usageRowSchema>;

/**
 * What answers took from the day `from` to the day `to`, both included, from rollups. `of`: one owner's, or `all`. By
 * conversation it is what each took in all, of those that were used last in that time, and of one owner only. `more`:
 * there are others, which were left out.
 */
export const readUsage = defineRequest({
  subject: "vega.state.usage.read",
  input: z.object({
    of: z.union([z.literal("all"), z.object({ owner: ownerSchema })]),
    by: z.enum(USAGE_BY),
    from: daySchema,
    to: daySchema,
    limit: z.int().min(1).max(2_000).default(1_000),
  }),
  output: z.object({
    ...sequenced,
    total: usageTotalsSchema,
    rows: z.array(usageRowSchema),
    more: z.boolean(),
  }),
  errors: ["invalid"],
  timeoutMs: 15_000,
});

const hold = { owner: ownerSchema, hold_id: z.uuid() };

/**
 * Reserves the most that a call can take which is no answer of a conversation: a summary, embeddings. What is not settled
 * in time is counted as if its prompt had been read. `budget_exceeded`: a budget does not allow it. `unauthorized`: the
 * owner's account is gone.
 */
export const reserveUsage = defineRequest({
  subject: "vega.state.usage.reserve",
  input: z.object({
    owner: ownerSchema,
    charge: chargeSchema,
    lease_seconds: z.number().positive().max(3_600),
  }),
  output: z.object({ ...sequenced, hold_id: z.uuid() }),
  errors: ["budget_exceeded", "unauthorized"],
});

/**
 * Ends such a call. Its outcome is that of an answer; nothing of what it says is stored. `counts`: whether it is one of
 * the `answers`. `not_found`: it was settled before.
 */
export const settleUsage = defineRequest({
  subject: "vega.state.usage.settle",
  input: z.object({ ...hold, outcome: outcomeSchema, counts: z.boolean() }),
  output: z.object(sequenced),
  errors: ["not_found"],
});

const address = { scope: budgetScopeSchema, id: budgetIdSchema };
/** What is spent is that of the present day and month. */
const budget = z.object({ ...sequenced, budget: budgetSchema });

/** Budgets in the order of their scopes and ids; those that are named, or a page of all. */
export const listBudgets = defineRequest({
  subject: "vega.state.budgets.list",
  input: z.object({
    named: z.array(z.object(address)).max(16).optional(),
    /** `<scope>/<id>` of the last one of the page before. */
    cursor: z.string().max(200).nullish(),
    limit: z.int().min(1).max(500).default(100),
  }),
  output: z.object({
    ...sequenced,
    budgets: z.array(budgetSchema),
    next_cursor: z.string().nullable(),
  }),
  errors: [],
});

/**
 * Makes a budget, or gives it other limits. What a user or the system has used of the present month counts from the
 * first; that of a key or an agent counts from when its budget is made. `not_found`: there is no such account.
 */
export const putBudget = defineRequest({
  subject: "vega.state.budgets.put",
  input: z.object({ ...address, limits: budgetLimitsSchema }),
  output: budget,
  errors: ["invalid", "not_found"],
});

export const removeBudget = defineRequest({
  subject: "vega.state.budgets.remove",
  input: z.object(address),
  output: z.object(sequenced),
  errors: ["not_found"],
});

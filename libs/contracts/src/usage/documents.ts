import { z } from "zod";
import { usageTotalsSchema, usdSchema } from "./totals.ts";

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

export const USAGE_BY = ["day", "user", "model", "agent", "conversation"] as const;

/** Days that are told of at once at most. */
export const MAX_USAGE_DAYS = 366;

/** What was used, of one day, user, model, agent or conversation. */
export const usageRowSchema = usageTotalsSchema.extend({ key: z.string() });

export type UsageRow = z.infer<typeof usageRowSchema>;

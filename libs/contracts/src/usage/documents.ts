import { z } from "zod";
import { usageTotalsSchema, usdSchema } from "./totals.ts";

const count = z.int().min(0);

/** `2026-11-23` */
export const daySchema = z.iso.date();

/** A part of a day's usage, of one model or agent. */
const shareSchema = usageTotalsSchema.extend({ name: z.string() });

/** One day of one owner, or of the whole system. Small, since every answer writes two. */
export const usageDaySchema = z.object({
  /** See `ownerKey`, or `system`. */
  owner: z.string(),
  day: daySchema,
  total: usageTotalsSchema,
  /** At most MAX_SHARES of each, in order of first use; the rest is `other`. */
  models: z.array(shareSchema),
  agents: z.array(shareSchema),
});

export type UsageDay = z.infer<typeof usageDaySchema>;

/** USD per million tokens. */
const priceSchema = z.object({ input: z.number().min(0), output: z.number().min(0) });

/** Whose budgets an answer counts against beside its owner's, and its maximum usage. */
export const chargeSchema = z.object({
  /** Id of the API key of the request. */
  key_id: z.string().max(128).nullable().default(null),
  /** Name of the agent that makes the request. */
  agent: z.string().max(128).nullable().default(null),
  /** Estimated prompt tokens. */
  prompt_tokens: count,
  /** Maximum tokens of prompt and completion together. */
  max_tokens: count,
  /** Maximum cost; null: no known price. */
  max_cost_usd: usdSchema.nullable(),
  /** Price for an estimate where the provider reports no usage. */
  price: priceSchema.nullable().default(null),
});

export type Charge = z.output<typeof chargeSchema>;

/** An accepted charge, stored while the answer is under way. */
export const reservationSchema = chargeSchema.extend({
  day: daySchema,
  /** `uid` of the budgets with the reservation. */
  budgets: z.array(z.string()),
});

export type Reservation = z.infer<typeof reservationSchema>;

export const USAGE_BY = ["day", "user", "model", "agent", "conversation"] as const;

/** Maximum number of days in one reply. */
export const MAX_USAGE_DAYS = 366;

/** Usage of one day, user, model, agent or conversation. */
export const usageRowSchema = usageTotalsSchema.extend({ key: z.string() });

export type UsageRow = z.infer<typeof usageRowSchema>;

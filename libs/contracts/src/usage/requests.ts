import { z } from "zod";
import { ownerSchema } from "../conversations/owner.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { outcomeSchema } from "../messages/documents.ts";
import { USAGE_BY, chargeSchema, daySchema, usageRowSchema } from "./documents.ts";
import { usageTotalsSchema } from "./totals.ts";

const hold = { owner: ownerSchema, hold_id: z.uuid() };

export const requests = {
  /**
   * What answers took from the day `from` to the day `to`, both included, from rollups. `of`: one owner's, or `all`. By
   * conversation it is what each took in all, of those that were used last in that time, and of one owner only. `more`:
   * there are others, which were left out.
   */
  read: defineRequest({
    subject: "vega.state.usage.read",
    callers: ["gateway"],
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
  }),

  /**
   * Reserves the most that a call can take which is no answer of a conversation: a summary, embeddings. What is not settled
   * in time is counted as if its prompt had been read. `budget_exceeded`: a budget does not allow it. `unauthorized`: the
   * owner's account is gone.
   */
  reserve: defineRequest({
    subject: "vega.state.usage.reserve",
    callers: ["ai"],
    input: z.object({
      owner: ownerSchema,
      charge: chargeSchema,
      lease_seconds: z.number().positive().max(3_600),
    }),
    output: z.object({ ...sequenced, hold_id: z.uuid() }),
    errors: ["budget_exceeded", "unauthorized"],
  }),

  /**
   * Ends such a call. Its outcome is that of an answer; nothing of what it says is stored. `counts`: whether it is one of
   * the `answers`. `not_found`: it was settled before.
   */
  settle: defineRequest({
    subject: "vega.state.usage.settle",
    callers: ["ai"],
    input: z.object({ ...hold, outcome: outcomeSchema, counts: z.boolean() }),
    output: z.object(sequenced),
    errors: ["not_found"],
  }),
};

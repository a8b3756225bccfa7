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
   * Usage from the day `from` to the day `to`, inclusive, from rollups. `of`: one owner, or `all`. Grouped by
   * conversation, it is the total of each conversation last used in that time, for one owner only. `more`: further rows
   * were left out.
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
   * Reserves the maximum usage of a call outside of a conversation, such as a summary or embeddings. A reservation that
   * is not settled in time is billed for its prompt. `budget_exceeded`: a budget does not allow it. `unauthorized`: the
   * account of the owner does not exist any more.
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
   * Settles such a call. Its text is not stored. `counts`: whether it counts among the `answers`. `not_found`: it was
   * settled before.
   */
  settle: defineRequest({
    subject: "vega.state.usage.settle",
    callers: ["ai"],
    input: z.object({ ...hold, outcome: outcomeSchema, counts: z.boolean() }),
    output: z.object(sequenced),
    errors: ["not_found"],
  }),
};

import { z } from "zod";
import { defineEvent } from "../../define.ts";
import { ownerSchema, tokenUsageSchema } from "../conversations/documents.ts";
import { budgetIdSchema, budgetLimitsSchema, budgetScopeSchema } from "./documents.ts";

const nothing = () => [];
const address = { scope: budgetScopeSchema, id: budgetIdSchema };

/** A budget was made, or got other limits. */
export const budgetChanged = defineEvent({
  entity: "budget",
  happened: "changed",
  summary: "A budget was set",
  data: z.object({ ...address, limits: budgetLimitsSchema }),
  changes: nothing,
  sse: null,
  describe: null,
});

export const budgetRemoved = defineEvent({
  entity: "budget",
  happened: "removed",
  summary: "A budget was removed",
  data: z.object(address),
  changes: nothing,
  sse: null,
  describe: null,
});

const ofHold = { owner: ownerSchema, hold_id: z.uuid() };

/** The most that a call can take was reserved, of one that is no answer of a conversation. */
export const usageReserved = defineEvent({
  entity: "usage",
  happened: "reserved",
  summary: "What an answer may take at the most was reserved",
  data: z.object(ofHold),
  changes: nothing,
  sse: null,
  describe: null,
});

/** Such a call has ended. */
export const usageSettled = defineEvent({
  entity: "usage",
  happened: "settled",
  summary: "What an answer took was counted, and the reservation ended",
  data: z.object({
    ...ofHold,
    model: z.string().max(256).nullable(),
    /** As counted, or as estimated where nobody told. */
    usage: tokenUsageSchema,
    cost_usd: z.number().min(0),
  }),
  changes: nothing,
  sse: null,
  describe: null,
});

export const USAGE_EVENTS = [budgetChanged, budgetRemoved, usageReserved, usageSettled] as const;

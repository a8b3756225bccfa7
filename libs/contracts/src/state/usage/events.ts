import { z } from "zod";
import { defineEvent } from "../../define.ts";
import { budgetIdSchema, budgetLimitsSchema, budgetScopeSchema } from "./documents.ts";

const nothing = () => [];
const address = { scope: budgetScopeSchema, id: budgetIdSchema };

/** A budget was made, or got other limits. */
export const budgetChanged = defineEvent({
  entity: "budget",
  happened: "changed",
  data: z.object({ ...address, limits: budgetLimitsSchema }),
  changes: nothing,
});

export const budgetRemoved = defineEvent({
  entity: "budget",
  happened: "removed",
  data: z.object(address),
  changes: nothing,
});

export const USAGE_EVENTS = [budgetChanged, budgetRemoved] as const;

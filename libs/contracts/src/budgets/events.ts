import { z } from "zod";
import { budgetIdSchema, budgetLimitsSchema, budgetScopeSchema } from "./documents.ts";
import { defineEvent } from "../define/event.ts";

const nothing = () => [];

const address = { scope: budgetScopeSchema, id: budgetIdSchema };

export const events = {
  /** A budget was made, or got other limits. */
  changed: defineEvent({
    summary: "A budget was set",
    data: z.object({ ...address, limits: budgetLimitsSchema }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  removed: defineEvent({
    summary: "A budget was removed",
    data: z.object(address),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};

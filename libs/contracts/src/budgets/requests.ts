import { z } from "zod";
import {
  budgetIdSchema,
  budgetLimitsSchema,
  budgetSchema,
  budgetScopeSchema,
} from "./documents.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";

const address = { scope: budgetScopeSchema, id: budgetIdSchema };

/** What is spent is that of the present day and month. */
const budget = z.object({ ...sequenced, budget: budgetSchema });

export const requests = {
  /** Budgets in the order of their scopes and ids; those that are named, or a page of all. */
  list: defineRequest({
    subject: "vega.state.budgets.list",
    callers: ["gateway"],
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
  }),

  /**
   * Makes a budget, or gives it other limits. What a user or the system has used of the present month counts from the
   * first; that of a key or an agent counts from when its budget is made. `not_found`: there is no such account.
   */
  put: defineRequest({
    subject: "vega.state.budgets.put",
    callers: ["gateway"],
    input: z.object({ ...address, limits: budgetLimitsSchema }),
    output: budget,
    errors: ["invalid", "not_found"],
  }),

  remove: defineRequest({
    subject: "vega.state.budgets.remove",
    callers: ["gateway"],
    input: z.object(address),
    output: z.object(sequenced),
    errors: ["not_found"],
  }),
};

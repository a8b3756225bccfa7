import type { Budget, BudgetScope } from "@vega/contracts";
import {
  VegaError,
  budgetIdSchema,
  budgetLimitsSchema,
  budgetScopeSchema,
  budgets,
} from "@vega/contracts";
import { z } from "zod";
import { keyIdOf, userIdOf } from "../access/principal.ts";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { wholeNumber } from "./numbers.ts";
import { problemResponse, SIGNED_IN, success } from "./schemas.ts";

const spendingShape = z.object({
  period: z.string().meta({ example: "2026-11", description: "Of UTC" }),
  usd: z.number(),
  tokens: z.number(),
  reserved_usd: z.number().meta({ description: "The most that requests under way can take" }),
  reserved_tokens: z.number(),
});

const budgetShape = z.object({
  scope: budgetScopeSchema,
  id: z.string(),
  limits: budgetLimitsSchema.meta({ description: "What is not named is not limited" }),
  spent: z.object({ day: spendingShape, month: spendingShape }),
  updated_at: z.iso.datetime(),
});

const show = ({ scope, id, limits, day, month, updated_at }: Budget) => ({
  scope,
  id,
  limits,
  spent: { day, month },
  updated_at,
});

const params = z.object({ scope: budgetScopeSchema, id: budgetIdSchema });
const admin = { tags: ["usage"], security: SIGNED_IN };
const config = { access: "admin" } as const;

/** What may be spent: administrators say so, everybody sees their own. */
export const budgetRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/admin/budgets",
    {
      config,
      schema: {
        ...admin,
        summary: "All budgets, and what is spent of them in this day and month",
        querystring: z.strictObject({
          cursor: z.string().max(200).optional(),
          limit: wholeNumber(1, 500).default(100),
        }),
        response: {
          200: z.object({ budgets: z.array(budgetShape), next_cursor: z.string().nullable() }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const result = await services.request(
        budgets.requests.list,
        request.query,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return { budgets: result.budgets.map(show), next_cursor: result.next_cursor };
    },
  );

  app.get(
    "/api/admin/budgets/:scope/:id",
    {
      config,
      schema: {
        ...admin,
        summary: "One budget",
        params,
        response: { 200: budgetShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const result = await services.request(
        budgets.requests.list,
        { named: [request.params] },
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      const [budget] = result.budgets;
      if (!budget) throw new VegaError("not_found", "there is no such budget");
      return show(budget);
    },
  );

  app.put(
    "/api/admin/budgets/:scope/:id",
    {
      config,
      schema: {
        ...admin,
        summary: "Limit what a user, an API key, an agent or the system (`all`) may spend",
        description:
          "By day and month of UTC, in USD and tokens. A request is refused with 402 before a provider is called where the most that it can take does not fit.",
        params,
        body: budgetLimitsSchema,
        response: { 200: budgetShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { ...request.params, limits: request.body };
      const { sequence, budget } = await services.request(
        budgets.requests.put,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return show(budget);
    },
  );

  app.delete(
    "/api/admin/budgets/:scope/:id",
    {
      config,
      schema: {
        ...admin,
        summary: "Limit it no more",
        params,
        response: { 200: success, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { sequence } = await services.request(
        budgets.requests.remove,
        request.params,
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return { success: true as const };
    },
  );

  app.get(
    "/api/me/budget",
    {
      config: { access: "identity" },
      schema: {
        ...admin,
        summary: "The budgets of who asks: of the account, and of the API key that is used",
        response: { 200: z.object({ budgets: z.array(budgetShape) }), ...problemResponse },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      const own: readonly (readonly [BudgetScope, string | null | undefined])[] = [
        ["user", userIdOf(principal)],
        ["key", keyIdOf(principal)],
      ];
      const named = own.flatMap(([scope, id]) => (id ? [{ scope, id }] : []));
      const result = await services.request(budgets.requests.list, { named }, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return { budgets: result.budgets.map(show) };
    },
  );
};

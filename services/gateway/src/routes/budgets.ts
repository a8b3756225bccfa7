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
import { component } from "../openapi/components.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { limitQuery } from "./parameters.ts";
import { problemResponse, success } from "./schemas.ts";

const spendingShape = component(
  "Spending",
  z.object({
    period: z.string().meta({ example: "2026-11", description: "A day or month of UTC" }),
    usd: z.number(),
    tokens: z.number(),
    reserved_usd: z.number().meta({ description: "Reserved for running requests" }),
    reserved_tokens: z.number(),
  }),
);

const budgetShape = component(
  "Budget",
  z.object({
    scope: budgetScopeSchema,
    id: z.string(),
    limits: budgetLimitsSchema.meta({ description: "An absent limit means unlimited" }),
    spent: z.object({ day: spendingShape, month: spendingShape }),
    updated_at: z.iso.datetime(),
  }),
);

const show = ({ scope, id, limits, day, month, updated_at }: Budget) => ({
  scope,
  id,
  limits,
  spent: { day, month },
  updated_at,
});

const params = z.object({
  scope: budgetScopeSchema.meta({ example: "system" }),
  id: budgetIdSchema.meta({
    description: "Id of the user or API key, name of the agent, or `all` for the system",
    example: "all",
  }),
});
const admin = { tags: ["usage"] };
const config = { access: "admin" } as const;

/** Budgets: administrators set them, each caller reads its own. */
export const budgetRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/admin/budgets",
    {
      config,
      schema: {
        ...admin,
        operationId: "listBudgets",
        summary: "List all budgets with the spending of the current day and month",
        querystring: z.strictObject({
          cursor: z
            .string()
            .max(200)
            .optional()
            .meta({ description: "`next_cursor` of the previous page" }),
          limit: limitQuery(500, 100),
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
        operationId: "getBudget",
        summary: "Get a budget",
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
      if (!budget) throw new VegaError("not_found", "budget not found");
      return show(budget);
    },
  );

  app.put(
    "/api/admin/budgets/:scope/:id",
    {
      config,
      schema: {
        ...admin,
        operationId: "putBudget",
        summary: "Set the spending limits of a user, an API key, an agent or the system",
        description:
          "By day and month of UTC, in USD and tokens. A request whose maximum cost exceeds the rest of a budget is refused with 402 before a provider is called.",
        params,
        body: budgetLimitsSchema.meta({ example: { day: { usd: 5 }, month: { usd: 100 } } }),
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
        operationId: "deleteBudget",
        summary: "Delete a budget",
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
        operationId: "listOwnBudgets",
        summary: "List the budgets of this account and of the API key in use",
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

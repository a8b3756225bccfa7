import type { UsageRow } from "@vega/contracts";
import {
  USAGE_BY,
  VegaError,
  daySchema,
  timeAfter,
  usage,
  usageRowSchema,
  usageTotalsSchema,
} from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { mayUse, userIdOf } from "../access/principal.ts";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { cell } from "./csv.ts";
import { problemResponse } from "./schemas.ts";

const DAY_MS = 24 * 3_600_000;
/** Days of the default period, today included. */
const DEFAULT_DAYS = 30;
/** In place of a user id: usage without an account, such as the admin token's. */
const NO_ACCOUNT = "shared";

const COLUMNS = [
  "key",
  "answers",
  "incomplete",
  "estimated",
  "unpriced",
  "prompt_tokens",
  "completion_tokens",
  "cost_usd",
] as const satisfies readonly (keyof UsageRow)[];

const lineOf = (cells: readonly (string | number)[]): string => `${cells.map(cell).join(",")}\r\n`;

const query = z.strictObject({
  by: z.enum(USAGE_BY).default("day"),
  from: daySchema.optional().meta({ description: "First day (UTC); default 29 days before `to`" }),
  to: daySchema.optional().meta({ description: "Last day (UTC), inclusive; default today" }),
  user: z
    .union([z.uuid(), z.literal(NO_ACCOUNT)])
    .optional()
    .meta({
      description:
        "For administrators: usage of this user only; `shared`: usage without an account",
    }),
  format: z.enum(["json", "csv"]).default("json"),
});

type Of = z.input<typeof usage.requests.read.input>["of"];

/** The usage that the caller may see: all for an administrator, otherwise its own. Throws VegaError `forbidden`. */
function usageOf({ principal }: FastifyRequest, { user, by }: z.output<typeof query>): Of {
  const userId = userIdOf(principal);
  const isAdmin = mayUse(principal, "admin");
  if (user !== undefined && user !== userId && !isAdmin) {
    throw new VegaError("forbidden", "the usage of other accounts needs the permission admin");
  }
  if (user !== undefined) return { owner: user === NO_ACCOUNT ? null : user };
  // Conversations of all accounts are too many for one response.
  return isAdmin && by !== "conversation" ? "all" : { owner: userId };
}

/** Usage of completions, from rollups that are written with each completion. */
export const usageRoutes: Routes = async (app, { services, now }) => {
  app.get(
    "/api/usage",
    {
      config: { access: "identity" },
      schema: {
        operationId: "getUsage",
        summary: "Get token usage and cost by day, user, model, agent or conversation",
        description:
          "The caller's own usage; for administrators that of all accounts. A completion counts for the UTC day in which it started. By conversation: total usage of the conversations last used in the period.",
        tags: ["usage"],
        querystring: query,
        response: {
          200: z.object({
            from: daySchema,
            to: daySchema,
            total: usageTotalsSchema,
            rows: z.array(usageRowSchema),
            more: z.boolean().meta({ description: "More rows exist than were returned" }),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { by, format } = request.query;
      const to = request.query.to ?? dayOf(new Date(now()).toISOString());
      const from =
        request.query.from ?? dayOf(timeAfter(midnight(to), -DAY_MS * (DEFAULT_DAYS - 1)));
      const input = { of: usageOf(request, request.query), by, from, to };
      const { sequence, total, rows, more } = await services.request(
        usage.requests.read,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      if (format === "json") return { from, to, total, rows, more };
      const lines = rows.map((row) => lineOf(COLUMNS.map((column) => row[column])));
      void reply
        .header("content-type", "text/csv; charset=utf-8")
        .header("content-disposition", `attachment; filename="vega-usage-by-${by}.csv"`);
      // The response schema describes the JSON format only.
      return reply.send(`${lineOf([by, ...COLUMNS.slice(1)])}${lines.join("")}` as never);
    },
  );
};

const midnight = (day: string): string => `${day}T00:00:00.000Z`;
const dayOf = (time: string): string => time.slice(0, 10);

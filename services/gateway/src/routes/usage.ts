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
import { problemResponse, SIGNED_IN } from "./schemas.ts";

const DAY_MS = 24 * 3_600_000;
/** Days that are told of where nobody names them, today included. */
const DEFAULT_DAYS = 30;
/** In the place of a user's id: what was used with the admin token, by no account. */
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
  from: daySchema.optional().meta({ description: "A day of UTC; default 30 days with `to`" }),
  to: daySchema.optional().meta({ description: "Included; default today" }),
  user: z
    .union([z.uuid(), z.literal(NO_ACCOUNT)])
    .optional()
    .meta({ description: "For administrators: of this user alone; `shared`: of no account" }),
  format: z.enum(["json", "csv"]).default("json"),
});

type Of = z.input<typeof usage.requests.read.input>["of"];

/** Whose usage a request may see: an administrator's is everybody's, and else one's own. Throws VegaError `forbidden`. */
function usageOf({ principal }: FastifyRequest, { user, by }: z.output<typeof query>): Of {
  const userId = userIdOf(principal);
  const isAdmin = mayUse(principal, "admin");
  if (user !== undefined && user !== userId && !isAdmin) {
    throw new VegaError("forbidden", "the usage of others is for administrators");
  }
  if (user !== undefined) return { owner: user === NO_ACCOUNT ? null : user };
  // Of conversations there are too many to tell everybody's.
  return isAdmin && by !== "conversation" ? "all" : { owner: userId };
}

/** What answers took, from rollups that are kept with each answer. */
export const usageRoutes: Routes = async (app, { services, now }) => {
  app.get(
    "/api/usage",
    {
      config: { access: "identity" },
      schema: {
        summary: "What answers took, by day, user, model, agent or conversation",
        description:
          "One's own; for administrators everybody's. An answer counts for the UTC day in which it began. By conversation: what those took in all that were used last in that time.",
        tags: ["usage"],
        security: SIGNED_IN,
        querystring: query,
        response: {
          200: z.object({
            from: daySchema,
            to: daySchema,
            total: usageTotalsSchema,
            rows: z.array(usageRowSchema),
            more: z.boolean().meta({ description: "There are rows that were left out" }),
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
      // The schema is that of the JSON form.
      return reply.send(`${lineOf([by, ...COLUMNS.slice(1)])}${lines.join("")}` as never);
    },
  );
};

const midnight = (day: string): string => `${day}T00:00:00.000Z`;
const dayOf = (time: string): string => time.slice(0, 10);

import {
  MAX_TRAFFIC_DAYS,
  TRAFFIC_BY,
  analytics,
  daySchema,
  legacyCounters,
  timeAfter,
  trafficReportSchema,
} from "@vega/contracts";
import type { TrafficReport } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { component } from "../openapi/components.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { problemResponse } from "./schemas.ts";

const DAY_MS = 86_400_000;
/** Days of the default period, today included. */
const DEFAULT_DAYS = 30;

const daysBefore = (day: string, days: number): string =>
  timeAfter(`${day}T00:00:00.000Z`, -days * DAY_MS).slice(0, day.length);

const legacyShape = {
  pageViews: z.int().min(1).meta({
    description: "Page views of all time: the imported number and those since, at least 1",
  }),
  visitors: z.int().min(1).meta({
    description:
      "The imported number and the highest number of a day since, at least 1: the caller itself. Visitors of different days are not added up",
  }),
  avgTime: z
    .string()
    .meta({ example: "2:34", description: "Average time of a session in the period, m:ss" }),
  bounceRate: z
    .string()
    .meta({ example: "32%", description: "`bounce_rate` of the period in percent" }),
};

const analyticsShape = component(
  "Analytics",
  z
    .object({
      ...legacyShape,
      enabled: z.boolean().meta({ description: "false: this gateway does not count" }),
      from: daySchema,
      to: daySchema,
      by: z.enum(TRAFFIC_BY),
    })
    .extend(trafficReportSchema.shape),
);

/** Seconds as `m:ss`. */
export function toMinutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Imported counters may be any number. */
const atLeastOne = (counter: number): number =>
  Math.min(Math.max(1, Math.trunc(counter)), Number.MAX_SAFE_INTEGER);

/** Members of the predecessor beside the counters. */
const legacyAverages = ({ average_seconds, bounce_rate }: TrafficReport["total"]) => ({
  avgTime: toMinutes(average_seconds ?? 0),
  bounceRate: `${Math.round((bounce_rate ?? 0) * 100)}%`,
});

/** Page views, API calls and visitors. */
export const analyticsRoutes: Routes = async (app, { services, readModel, config, now }) => {
  app.get(
    "/api/analytics",
    {
      config: { access: "public" },
      schema: {
        operationId: "getAnalytics",
        summary:
          "Get page views, visitors, sessions, API calls and downloads by day, week or month",
        description:
          "Days of UTC. Visitors are known for each day only; a longer period has their average and maximum per day. Counts are some seconds old.",
        tags: ["analytics"],
        querystring: z.strictObject({
          from: daySchema
            .optional()
            .meta({ description: `First day; default ${DEFAULT_DAYS - 1} days before \`to\`` }),
          to: daySchema.optional().meta({
            description: `Last day, inclusive; default today. At most ${MAX_TRAFFIC_DAYS} days`,
          }),
          by: z.enum(TRAFFIC_BY).default("day"),
        }),
        response: { 200: analyticsShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { by } = request.query;
      const to = request.query.to ?? new Date(now()).toISOString().slice(0, 10);
      const from = request.query.from ?? daysBefore(to, DEFAULT_DAYS - 1);
      const { sequence, report } = await services.request(
        analytics.requests.read,
        { from, to, by },
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      const { pageViews, visitors } = legacyCounters(readModel.crystal());
      return {
        // Old pages show invented numbers in place of 0. Whoever asks is a visitor who looks at a page.
        pageViews: atLeastOne(pageViews),
        visitors: atLeastOne(visitors),
        ...legacyAverages(report.total),
        enabled: config.analytics.enabled,
        from,
        to,
        by,
        ...report,
      };
    },
  );
};

import type { Moment } from "@vega/contracts";
import { getCoreHistory, MAX_POINTS, VegaError } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { noteSequence } from "../plugins/sequence.ts";
import { problemResponse, SIGNED_IN } from "./schemas.ts";

const boundSchema = z.union([
  z.coerce.number().int().min(1),
  z.iso.datetime({ offset: true, error: "say a sequence or a time (ISO 8601)" }),
]);
type Bound = z.output<typeof boundSchema>;

// In UTC, as the log has its times.
const momentOf = (bound: Bound): Moment =>
  typeof bound === "number" ? { sequence: bound } : { at: new Date(bound).toISOString() };

const isBeyond = (from: Bound | undefined, to: Bound | undefined): boolean => {
  if (typeof from === "number" && typeof to === "number") return from > to;
  return typeof from === "string" && typeof to === "string" && Date.parse(from) > Date.parse(to);
};

/** The cores' power over time, ready for a chart. */
export const coreHistoryRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/history/cores",
    {
      config: { access: "operate" },
      schema: {
        tags: ["history"],
        security: SIGNED_IN,
        summary: "The cores' power over time, thinned out so that a plot keeps its peaks",
        description:
          "`from` and `to` are sequences or times, both included; by default the day before `to`, and `to` is now. " +
          "Each point is what GET /api/cores?sequence= answers for that core.",
        querystring: z.strictObject({
          from: boundSchema.optional(),
          to: boundSchema.optional(),
          points: z.coerce.number().int().min(3).max(MAX_POINTS).default(500),
        }),
        response: {
          200: z.object({
            from: z.int(),
            to: z.int(),
            points: z.int(),
            series: getCoreHistory.output.shape.series,
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { from, to, points } = request.query;
      if (isBeyond(from, to)) throw new VegaError("invalid", "from is beyond to");
      const input = {
        points,
        ...(from !== undefined && { from: momentOf(from) }),
        ...(to !== undefined && { to: momentOf(to) }),
      };
      const { sequence, ...answer } = await services.ask(getCoreHistory, input, contextOf(request));
      noteSequence(reply, sequence);
      return { from: answer.from, to: answer.to, points, series: answer.series };
    },
  );
};

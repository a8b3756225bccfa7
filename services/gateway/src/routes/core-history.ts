import type { Moment } from "@vega/contracts";
import { MAX_POINTS, VegaError, history, instantSchema } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { wholeNumber } from "./numbers.ts";
import { problemResponse, SIGNED_IN } from "./schemas.ts";

const boundSchema = z.union([wholeNumber(1), instantSchema], {
  error: "has to be a sequence, or a time with its zone such as 2026-01-31T12:00:00Z",
});
type Bound = z.output<typeof boundSchema>;

const momentOf = (bound: Bound): Moment =>
  typeof bound === "number" ? { sequence: bound } : { at: bound };

/** A sequence and a time are not compared. */
const isBeyond = (from: Bound | undefined, to: Bound | undefined): boolean =>
  from !== undefined && to !== undefined && typeof from === typeof to && from > to;

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
          "Each point is what GET /api/cores?sequence= answers for that core. `thinned` says where between the points " +
          "entries were thinned out of the log, newest first.",
        querystring: z.strictObject({
          from: boundSchema.optional(),
          to: boundSchema.optional(),
          points: wholeNumber(3, MAX_POINTS).default(500),
        }),
        response: {
          200: z.object({
            from: z.int(),
            to: z.int(),
            points: z.int(),
            series: history.requests.listCorePower.output.shape.series,
            thinned: history.requests.listCorePower.output.shape.thinned,
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
      const { sequence, ...result } = await services.request(
        history.requests.listCorePower,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return { ...result, points };
    },
  );
};

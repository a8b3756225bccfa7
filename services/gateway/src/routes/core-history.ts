import type { Moment } from "@vega/contracts";
import { MAX_POINTS, VegaError, history, instantSchema } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { wholeNumber } from "./parameters.ts";
import { problemResponse } from "./schemas.ts";

const boundSchema = z.union([wholeNumber(1), instantSchema], {
  error: "has to be a sequence, or a time with its zone such as 2026-01-31T12:00:00Z",
});
type Bound = z.output<typeof boundSchema>;

const momentOf = (bound: Bound): Moment =>
  typeof bound === "number" ? { sequence: bound } : { at: bound };

/** False for bounds of different kinds: a sequence and a time are not compared. */
const isBeyond = (from: Bound | undefined, to: Bound | undefined): boolean =>
  from !== undefined && to !== undefined && typeof from === typeof to && from > to;

/** The power of the cores over time, for charts. */
export const coreHistoryRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/history/cores",
    {
      config: { access: "operate" },
      schema: {
        tags: ["history"],
        operationId: "listCorePower",
        summary: "List the power of the cores over time, downsampled for a chart",
        description:
          "`from` and `to` are sequences or times, both inclusive; by default one day that ends now. " +
          "Each point equals the response of GET /api/cores?sequence= for that core. Downsampling keeps peaks. " +
          "`thinned` lists the compacted ranges of the log between the points, newest first.",
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
      if (isBeyond(from, to)) throw new VegaError("invalid", "`from` is later than `to`");
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

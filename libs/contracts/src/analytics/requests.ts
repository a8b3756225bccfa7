import { z } from "zod";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { daySchema } from "../usage/documents.ts";
import { TRAFFIC_BY, trafficCountsSchema, trafficReportSchema } from "./documents.ts";

export const requests = {
  /**
   * Adds what a gateway has counted to a day. A report is counted once, however often it is sent: those of a source are
   * numbered from 1. A day that has not begun is taken as today. `invalid`: the day is too long ago.
   */
  count: defineRequest({
    subject: "vega.state.analytics.count",
    callers: ["gateway"],
    input: z.object({
      /** Identifies the process of the gateway. */
      source: z.uuid(),
      report: z.int().min(1),
      day: daySchema,
      counts: trafficCountsSchema,
    }),
    output: z.object({ ...sequenced, is_new: z.boolean() }),
    errors: ["invalid"],
  }),

  /** Counts from the day `from` to the day `to`, inclusive. */
  read: defineRequest({
    subject: "vega.state.analytics.read",
    callers: ["gateway"],
    input: z.object({ from: daySchema, to: daySchema, by: z.enum(TRAFFIC_BY) }),
    output: z.object({ ...sequenced, report: trafficReportSchema }),
    errors: ["invalid"],
  }),
};

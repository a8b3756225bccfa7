import type { AuditEntry } from "@vega/contracts";
import { alerts, audit } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { wholeNumber } from "./numbers.ts";
import { cursorShape, problemResponse, showCursor, SIGNED_IN } from "./schemas.ts";

const alertShape = alerts.events.raised.data.extend({ sequence: z.int(), time: z.iso.datetime() });

const show = ({ sequence, time, data }: AuditEntry) => ({
  sequence,
  time,
  ...alerts.events.raised.data.parse(data),
});

/** What needed an operator: `alert_raised` on /api/events, for who was not there to hear it. */
export const alertRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/alerts",
    {
      config: { access: "operate" },
      schema: {
        summary: "What needed an operator, newest first",
        tags: ["agents"],
        security: SIGNED_IN,
        querystring: z.strictObject({
          cursor: wholeNumber(1).optional(),
          limit: wholeNumber(1, 500).default(100),
        }),
        response: {
          200: z.object({ alerts: z.array(alertShape), next_cursor: cursorShape }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { cursor: before, limit } = request.query;
      const input = { action: alerts.events.raised.type, limit, ...(before && { before }) };
      const result = await services.request(audit.requests.query, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return { alerts: result.entries.map(show), next_cursor: showCursor(result.next_before) };
    },
  );
};

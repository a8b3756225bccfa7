import type { AuditEntry } from "@vega/contracts";
import { alerts, audit } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { component } from "../openapi/components.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { cursorQuery, limitQuery } from "./parameters.ts";
import { cursorShape, problemResponse, showCursor } from "./schemas.ts";

const alertShape = component(
  "Alert",
  alerts.events.raised.data.extend({ sequence: z.int(), time: z.iso.datetime() }),
);

const show = ({ sequence, time, data }: AuditEntry) => ({
  sequence,
  time,
  ...alerts.events.raised.data.parse(data),
});

/** Past alerts; new ones are `alert_raised` on /api/events. */
export const alertRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/alerts",
    {
      config: { access: "operate" },
      schema: {
        operationId: "listAlerts",
        summary: "List alerts for operators, newest first",
        tags: ["agents"],
        querystring: z.strictObject({
          cursor: cursorQuery(1),
          limit: limitQuery(500, 100),
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

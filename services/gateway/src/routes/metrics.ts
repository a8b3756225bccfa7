import { METRICS_TYPE } from "@vega/service-kit";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { problemResponse } from "./schemas.ts";

/** Metrics of the gateway. For operators only: they show the activity and cost of all callers. */
export const metricsRoutes: Routes = async (app, { metricsText }) => {
  app.get(
    "/metrics",
    {
      config: { access: "operate", capability: "health", kind: "probe" },
      schema: {
        operationId: "getMetrics",
        summary: "Get the metrics of this gateway (Prometheus)",
        tags: ["health"],
        response: {
          200: {
            description: "Prometheus text format 0.0.4",
            content: { "text/plain": { schema: z.string() } },
          },
          ...problemResponse,
        },
      },
    },
    async (_request, reply) => reply.type(METRICS_TYPE).send(await metricsText()),
  );
};

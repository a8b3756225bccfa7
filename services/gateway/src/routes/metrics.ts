import { METRICS_TYPE } from "@vega/service-kit";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { problemResponse } from "./schemas.ts";

/** What goes on in the gateway. Others than operators learn here what everybody does: when, how much, at what cost. */
export const metricsRoutes: Routes = async (app, { metricsText }) => {
  app.get(
    "/metrics",
    {
      config: { access: "operate", capability: "health", kind: "probe" },
      schema: {
        summary: "Figures of this gateway, as Prometheus reads them",
        tags: ["health"],
        response: {
          200: {
            description: "Text format of Prometheus, 0.0.4",
            content: { "text/plain": { schema: z.string() } },
          },
          ...problemResponse,
        },
      },
    },
    async (_request, reply) => reply.type(METRICS_TYPE).send(await metricsText()),
  );
};

import { moduleOff } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { component } from "../openapi/components.ts";
import { SERVICES } from "../health/summary.ts";
import { problemResponse } from "./schemas.ts";

const checksShape = z.record(z.string(), z.string());
const readinessShape = component(
  "Readiness",
  z.object({ ready: z.boolean(), checks: checksShape }),
);

/** The part that is public even while the module health is disabled. */
const bareShape = z.object({
  status: z.enum(["ok", "degraded"]),
  timestamp: z.iso.datetime(),
  uptime: z.number().meta({ description: "Seconds since the gateway started" }),
});

const detailShape = z.object({
  services: z.record(
    z.enum(SERVICES),
    z.object({
      status: z.enum(["ok", "degraded", "away"]),
      instances: z.int().min(0),
      uptime: z.number(),
      checks: checksShape,
    }),
  ),
  nats: z.enum(["ok", "away"]),
  store: z.string(),
});

const healthShape = component(
  "Health",
  bareShape.extend(detailShape.partial().shape).extend({
    withheld: z.string().optional().meta({ description: "Reason for absent details" }),
  }),
);

export const healthRoutes: Routes = async (app, { health, readModel, now }) => {
  app.get(
    "/api/health",
    {
      config: { access: "open", kind: "probe" },
      schema: {
        operationId: "getHealth",
        summary: "Get the health of the platform; always 200",
        tags: ["health"],
        response: { 200: healthShape, ...problemResponse },
      },
    },
    async () => {
      const { status, ...details } = await health.summary();
      const bare = {
        status,
        timestamp: new Date(now()).toISOString(),
        uptime: Math.round(health.uptimeSeconds()),
      };
      // Details are shown until the state has been read: they explain why it has not.
      const isHidden =
        readModel.sequence() > 0 && readModel.disabledCapabilities().includes("health");
      if (isHidden) return { ...bare, withheld: moduleOff("health").message };
      return { ...bare, ...details };
    },
  );

  app.get(
    "/livez",
    {
      config: { access: "open", kind: "probe" },
      schema: {
        operationId: "getLiveness",
        summary: "Liveness probe: 200 while the process runs",
        tags: ["health"],
        response: { 200: z.object({ status: z.literal("ok") }), ...problemResponse },
      },
    },
    async () => ({ status: "ok" as const }),
  );

  app.get(
    "/readyz",
    {
      config: { access: "open", kind: "probe" },
      schema: {
        operationId: "getReadiness",
        summary: "Readiness probe: 200 while requests can be served, otherwise 503",
        tags: ["health"],
        response: { 200: readinessShape, 503: readinessShape, ...problemResponse },
      },
    },
    async (_request, reply) => {
      const readiness = health.readiness();
      return reply.code(readiness.ready ? 200 : 503).send(readiness);
    },
  );
};

import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { SERVICES } from "../health/summary.ts";
import { problemResponse } from "./schemas.ts";

const checksShape = z.record(z.string(), z.string());
const readinessShape = z.object({ ready: z.boolean(), checks: checksShape });

const healthShape = z.object({
  status: z.enum(["ok", "degraded"]),
  timestamp: z.iso.datetime(),
  uptime: z.number().meta({ description: "Seconds since the gateway started" }),
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

export const healthRoutes: Routes = async (app, { health, now }) => {
  app.get(
    "/api/health",
    {
      config: { access: "open", kind: "probe" },
      schema: {
        summary: "How the whole platform is; 200 also where something is not well",
        tags: ["health"],
        response: { 200: healthShape, ...problemResponse },
      },
    },
    async () => {
      const { status, services, nats, store } = await health.summary();
      return {
        status,
        timestamp: new Date(now()).toISOString(),
        uptime: Math.round(health.uptimeSeconds()),
        services,
        nats,
        store,
      };
    },
  );

  app.get(
    "/livez",
    {
      config: { access: "open", kind: "probe" },
      schema: {
        summary: "200 while the process lives",
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
        summary: "200 while requests can be served, else 503",
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

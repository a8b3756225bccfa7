import type { Routes } from "../dependencies.ts";
import { momentQuery, sendViewAt } from "./moment.ts";
import { coresShape, problemResponse, statusShape } from "./schemas.ts";

export const statusRoutes: Routes = async (app, dependencies) => {
  app.get(
    "/api/status",
    {
      config: { access: "public" },
      schema: {
        operationId: "getStatus",
        summary: "Get the whole state in the shape of time_crystal.json",
        description: "Supports ETag and If-None-Match (304).",
        tags: ["state"],
        querystring: momentQuery,
        response: { 200: statusShape, ...problemResponse },
      },
    },
    (request, reply) => void sendViewAt(request, reply, "status", dependencies),
  );

  app.get(
    "/api/cores",
    {
      config: { access: "public" },
      schema: {
        operationId: "getCores",
        summary: "Get the resonance cores with the evidence of their power",
        tags: ["state"],
        querystring: momentQuery,
        response: { 200: coresShape, ...problemResponse },
      },
    },
    (request, reply) => void sendViewAt(request, reply, "cores", dependencies),
  );
};

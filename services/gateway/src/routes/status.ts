import type { Routes } from "../dependencies.ts";
import { momentQuery, sendViewAt } from "./moment.ts";
import { coresShape, problemResponse, statusShape } from "./schemas.ts";

export const statusRoutes: Routes = async (app, dependencies) => {
  app.get(
    "/api/status",
    {
      config: { access: "public" },
      schema: {
        summary: "The whole state in its old shape",
        description: "With ETag; answers 304 to If-None-Match.",
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
        summary: "The resonance cores with what their power was computed from",
        tags: ["state"],
        querystring: momentQuery,
        response: { 200: coresShape, ...problemResponse },
      },
    },
    (request, reply) => void sendViewAt(request, reply, "cores", dependencies),
  );
};

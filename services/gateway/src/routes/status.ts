import type { Routes } from "../dependencies.ts";
import { coresShape, problemResponse, statusShape } from "./schemas.ts";
import { sendView } from "./send-view.ts";

export const statusRoutes: Routes = async (app, { readModel }) => {
  app.get(
    "/api/status",
    {
      config: { access: "public" },
      schema: {
        summary: "The whole state in its old shape",
        description: "With ETag; answers 304 to If-None-Match.",
        tags: ["state"],
        response: { 200: statusShape, ...problemResponse },
      },
    },
    (request, reply) => void sendView(request, reply, readModel.view("status")),
  );

  app.get(
    "/api/cores",
    {
      config: { access: "public" },
      schema: {
        summary: "The resonance cores with what their power was computed from",
        tags: ["state"],
        response: { 200: coresShape, ...problemResponse },
      },
    },
    (request, reply) => void sendView(request, reply, readModel.view("cores")),
  );
};

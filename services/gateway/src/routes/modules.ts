import { MODULE_STATUSES, modules } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { moduleResponse } from "./crystal-responses.ts";
import { momentQuery, sendViewAt } from "./moment.ts";
import { moduleWithCapabilityShape, nameParams, problemResponse } from "./schemas.ts";

export const moduleRoutes: Routes = async (app, dependencies) => {
  const { services } = dependencies;
  app.get(
    "/api/modules",
    {
      config: { access: "public" },
      schema: {
        operationId: "listModules",
        summary: "List all modules with the capability that each controls",
        tags: ["modules"],
        querystring: momentQuery,
        response: { 200: z.record(z.string(), moduleWithCapabilityShape), ...problemResponse },
      },
    },
    (request, reply) => void sendViewAt(request, reply, "modules", dependencies),
  );

  app.patch(
    "/api/modules/:name",
    {
      config: { access: "operate" },
      schema: {
        operationId: "updateModule",
        summary: "Enable or disable a module and the capability that it controls",
        tags: ["modules"],
        params: nameParams("playbox"),
        body: z.object({ status: z.enum(MODULE_STATUSES) }).meta({ example: { status: "active" } }),
        response: {
          200: z.object({
            success: z.literal(true),
            module: moduleWithCapabilityShape.extend({ name: z.string() }),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { status } = request.body;
      const result = await services.change(
        modules.requests.set,
        { name, status },
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return { success: true as const, module: { name, ...moduleResponse(result.module) } };
    },
  );
};

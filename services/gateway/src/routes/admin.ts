import { crystal, importReportSchema, jsonObjectSchema } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { problemResponse } from "./schemas.ts";
import { IMPORT_EXAMPLE } from "../openapi/import-example.ts";
import { flagQuery } from "./parameters.ts";
import { sendJson } from "./send-json.ts";

/** Import and export of time_crystal.json, the file of the predecessor. */
export const adminRoutes: Routes = async (app, { services, config }) => {
  app.post(
    "/api/admin/import",
    {
      config: { access: "admin" },
      bodyLimit: config.limits.importBytes,
      schema: {
        operationId: "importCrystal",
        summary: "Replace the whole state with a time_crystal.json",
        description:
          "The body is the file itself. The import is atomic. With `dry_run` nothing is changed; the report shows the effect.",
        tags: ["admin"],
        querystring: z.object({
          dry_run: flagQuery("Report the effect without applying it").meta({ example: true }),
        }),
        body: jsonObjectSchema.meta({ example: IMPORT_EXAMPLE }),
        response: {
          200: importReportSchema.extend({ success: z.literal(true) }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const input = { file: request.body, dry_run: request.query.dry_run };
      const result = await services.change(crystal.requests.import, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return { success: true as const, ...result.report };
    },
  );

  app.get(
    "/api/admin/export",
    {
      config: { access: "admin" },
      schema: {
        operationId: "exportCrystal",
        summary: "Export the state as a time_crystal.json",
        tags: ["admin"],
        response: { 200: z.record(z.string(), z.unknown()), ...problemResponse },
      },
    },
    async (request, reply) => {
      const result = await services.request(crystal.requests.export, {}, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      void reply
        .header("content-disposition", 'attachment; filename="time_crystal.json"')
        .header("cache-control", "no-store");
      return sendJson(reply, `${JSON.stringify(result.file, null, 2)}\n`);
    },
  );
};

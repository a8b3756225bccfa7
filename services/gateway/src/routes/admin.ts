import { crystal, importReportSchema, jsonObjectSchema } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { SIGNED_IN, problemResponse } from "./schemas.ts";
import { sendJson } from "./send-json.ts";

/** The predecessor's file in and out. */
export const adminRoutes: Routes = async (app, { services, config }) => {
  app.post(
    "/api/admin/import",
    {
      config: { access: "admin" },
      bodyLimit: config.limits.importBytes,
      schema: {
        summary: "Put a time_crystal.json in the place of the state: whole, or not at all",
        description: "The body is the file itself. With dry_run it only says what it would do.",
        tags: ["admin"],
        security: SIGNED_IN,
        querystring: z.object({ dry_run: z.stringbool().default(false) }),
        body: jsonObjectSchema,
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
        summary: "The state as a time_crystal.json, credentials that came with an import among it",
        tags: ["admin"],
        security: SIGNED_IN,
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

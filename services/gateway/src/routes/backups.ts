import { backupSchema, backups } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { problemResponse, SIGNED_IN } from "./schemas.ts";

const documented = { tags: ["admin"], security: SIGNED_IN };

/** Backups that state makes and keeps. */
export const backupRoutes: Routes = async (app, { services, identity }) => {
  app.get(
    "/api/admin/backups",
    {
      config: { access: "admin" },
      schema: {
        ...documented,
        summary: "Backups that were made and proven, the newest first",
        response: {
          200: z.object({
            backups: z.array(backupSchema),
            running: z.boolean(),
            last_error: z.string().nullable(),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { sequence, ...result } = await services.request(
        backups.requests.list,
        {},
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return result;
    },
  );

  app.post(
    "/api/admin/backups",
    {
      config: { access: "admin" },
      schema: {
        ...documented,
        summary:
          "Make a backup and prove it: 201, or 202 where that takes longer than an answer may",
        response: {
          201: z.object({ backup: backupSchema }),
          202: z.object({ message: z.string() }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const context = contextOf(request);
      // Who has a copy of everything is worth knowing.
      identity.adminRead("/api/admin/backups", context);
      const { sequence, made } = await services.request(backups.requests.make, {}, context);
      setSequenceHeader(reply, sequence);
      if (made) return reply.code(201).send({ backup: made });
      return reply.code(202).send({ message: "it is being made; GET /api/admin/backups shows it" });
    },
  );
};

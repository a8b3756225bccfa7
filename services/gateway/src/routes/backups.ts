import { backupSchema, backups } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { problemResponse } from "./schemas.ts";

const documented = { tags: ["admin"] };

/** Backups that the state service makes and keeps. */
export const backupRoutes: Routes = async (app, { services, identity }) => {
  app.get(
    "/api/admin/backups",
    {
      config: { access: "admin" },
      schema: {
        ...documented,
        operationId: "listBackups",
        summary: "List verified backups, newest first",
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
        operationId: "createBackup",
        summary: "Create and verify a backup",
        description: "202: the backup takes longer than the response timeout and continues.",
        response: {
          201: z.object({ backup: backupSchema }),
          202: z.object({ message: z.string() }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const context = contextOf(request);
      // A backup contains all data, so the audit trail records the request.
      identity.adminRead("/api/admin/backups", context);
      const { sequence, made } = await services.request(backups.requests.make, {}, context);
      setSequenceHeader(reply, sequence);
      if (made) return reply.code(201).send({ backup: made });
      return reply.code(202).send({
        message: "the backup is in progress; GET /api/admin/backups lists it when it is verified",
      });
    },
  );
};

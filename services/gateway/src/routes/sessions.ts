import { publicSessionSchema, sessions } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { accountOf } from "../plugins/auth.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { flagQuery } from "./parameters.ts";
import { idParams, problemResponse } from "./schemas.ts";

const ended = z.object({ success: z.literal(true), ended: z.int() });

/** Sessions of the own account. */
export const sessionRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/auth/sessions",
    {
      config: { access: "account" },
      schema: {
        operationId: "listSessions",
        summary: "List the sessions of this account with device and last use",
        tags: ["account"],
        response: {
          200: z.array(publicSessionSchema.extend({ current: z.boolean() })),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { userId, sessionId } = accountOf(request);
      const result = await services.request(
        sessions.requests.list,
        { user_id: userId },
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return result.sessions.map((session) =>
        Object.assign(session, { current: session.id === sessionId }),
      );
    },
  );

  app.delete(
    "/api/auth/sessions",
    {
      config: { access: "account" },
      schema: {
        operationId: "endSessions",
        summary: "End all sessions, optionally except the current one",
        tags: ["account"],
        querystring: z.strictObject({
          keep_current: flagQuery("Keep the session of this request"),
        }),
        response: { 200: ended, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { userId, sessionId } = accountOf(request);
      const input = {
        user_id: userId,
        reason: "ended" as const,
        ...(request.query.keep_current && { except: sessionId }),
      };
      const result = await services.change(sessions.requests.end, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return { success: true as const, ended: result.ended };
    },
  );

  app.delete(
    "/api/auth/sessions/:id",
    {
      config: { access: "account" },
      schema: {
        operationId: "endSession",
        summary: "End one session",
        tags: ["account"],
        params: idParams,
        response: { 200: ended, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { userId } = accountOf(request);
      const input = { user_id: userId, session_id: request.params.id, reason: "ended" as const };
      const result = await services.change(sessions.requests.end, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return { success: true as const, ended: result.ended };
    },
  );
};

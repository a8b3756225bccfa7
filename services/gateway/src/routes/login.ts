import {
  emailSchema,
  grantSchema,
  passwordSchema,
  publicUserSchema,
  sessions,
  usernameSchema,
  users,
} from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { visitorOf } from "../plugins/auth.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { problemResponse, success } from "./schemas.ts";
import { clearSessionCookie, setSessionCookie } from "./session-cookie.ts";

/** Into a session and out of it. */
export const loginRoutes: Routes = async (app, dependencies) => {
  const { services, config } = dependencies;
  app.post(
    "/api/auth/register",
    {
      config: { access: "open" },
      schema: {
        summary: "Make an account, where VEGA_REGISTRATION lets you",
        tags: ["account"],
        body: z.strictObject({
          username: usernameSchema,
          password: passwordSchema,
          email: emailSchema.nullish(),
          invite: z.string().max(256).nullish(),
        }),
        response: { 201: z.object({ user: publicUserSchema }), ...problemResponse },
      },
    },
    async (request, reply) => {
      const result = await services.request(
        users.requests.register,
        request.body,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return reply.code(201).send({ user: result.user });
    },
  );

  app.post(
    "/api/auth/login",
    {
      config: { access: "open" },
      schema: {
        summary: "Log in: tokens for programs, a cookie for browsers",
        tags: ["account"],
        body: z.strictObject({
          username: z.string().min(1).max(256),
          password: passwordSchema,
        }),
        response: { 200: grantSchema, ...problemResponse },
      },
    },
    async (request, reply) => {
      const granted = await services.request(
        sessions.requests.logIn,
        request.body,
        contextOf(request),
      );
      setSessionCookie(request, reply, config, granted);
      return granted.grant;
    },
  );

  app.post(
    "/api/auth/refresh",
    {
      config: { access: "open" },
      schema: {
        summary:
          "The next access token and the next refresh token; the old one used again ends the session",
        tags: ["account"],
        body: z.strictObject({ refresh_token: z.string().max(512) }),
        response: { 200: grantSchema, ...problemResponse },
      },
    },
    async (request, reply) => {
      const granted = await services.request(
        sessions.requests.refresh,
        request.body,
        contextOf(request),
      );
      setSessionCookie(request, reply, config, granted);
      return granted.grant;
    },
  );

  app.post(
    "/api/auth/logout",
    {
      config: { access: "open" },
      schema: {
        summary:
          "End this session: that of the token or cookie, or of the refresh token in the body",
        tags: ["account"],
        body: z.strictObject({ refresh_token: z.string().max(512).optional() }).nullish(),
        response: { 200: success, ...problemResponse },
      },
    },
    async (request, reply) => {
      const context = contextOf(request);
      const principal = await visitorOf(request, dependencies);
      const refreshToken = request.body?.refresh_token;
      if (refreshToken !== undefined) {
        const input = { refresh_token: refreshToken };
        setSequenceHeader(
          reply,
          (await services.request(sessions.requests.endOfToken, input, context)).sequence,
        );
      }
      if (principal.kind === "session") {
        const input = {
          user_id: principal.userId,
          session_id: principal.sessionId,
          reason: "logout" as const,
        };
        setSequenceHeader(
          reply,
          (await services.change(sessions.requests.end, input, context)).sequence,
        );
      }
      clearSessionCookie(request, reply, config);
      return { success: true as const };
    },
  );
};

import {
  VegaError,
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
import { clearSessionCookie, refreshTokenOf, setSessionCookie } from "./session-cookie.ts";

/** Registration, login, refresh and logout. */
export const loginRoutes: Routes = async (app, dependencies) => {
  const { services, config } = dependencies;
  app.post(
    "/api/auth/register",
    {
      config: { access: "open" },
      schema: {
        operationId: "register",
        summary: "Create an account, where VEGA_REGISTRATION allows it",
        tags: ["account"],
        body: z
          .strictObject({
            username: usernameSchema,
            password: passwordSchema,
            email: emailSchema.nullish(),
            invite: z.string().max(256).nullish(),
          })
          .meta({ example: { username: "ada", password: "correct horse battery staple" } }),
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
        operationId: "logIn",
        summary: "Log in: tokens in the response, and the session cookie for browsers",
        tags: ["account"],
        body: z
          .strictObject({
            username: z.string().min(1).max(256),
            password: passwordSchema,
          })
          .meta({ example: { username: "admin", password: "your password" } }),
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
        operationId: "refreshSession",
        summary: "Exchange a refresh token for new tokens; reuse of an old one ends the session",
        description: "Without a body, the refresh token of the cookie `vega_refresh` is used.",
        tags: ["account"],
        body: z
          .strictObject({ refresh_token: z.string().max(512).optional() })
          .nullish()
          .meta({ example: { refresh_token: "the refresh_token of your last login" } }),
        response: { 200: grantSchema, ...problemResponse },
      },
    },
    async (request, reply) => {
      const token = request.body?.refresh_token ?? refreshTokenOf(request, config);
      if (token === undefined) {
        throw new VegaError(
          "invalid",
          "the refresh token is missing: send refresh_token in the body, or the cookie of a login",
        );
      }
      const granted = await services.request(
        sessions.requests.refresh,
        { refresh_token: token },
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
        operationId: "logOut",
        summary: "End the session of the token, the cookie or the refresh token in the body",
        tags: ["account"],
        body: z
          .strictObject({ refresh_token: z.string().max(512).optional() })
          .nullish()
          .meta({ example: {} }),
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

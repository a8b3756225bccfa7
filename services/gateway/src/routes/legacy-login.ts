import type { Core } from "@vega/contracts";
import { VegaError, sessions } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { visitorOf } from "../plugins/auth.ts";
import { contextOf } from "../plugins/request-context.ts";
import { problemResponse } from "./schemas.ts";
import { clearSessionCookie, setSessionCookie } from "./session-cookie.ts";

const responseShape = z.object({
  success: z.boolean(),
  message: z.string(),
  resonanceScore: z.int().min(0).max(100),
  resonanceMessage: z.string(),
});

/** Any body: a value that is not a string counts as a wrong password. */
const bodyShape = z
  .looseObject({ password: z.unknown().optional(), username: z.unknown().optional() })
  .nullish()
  .meta({ example: { password: "your password" } });

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The mean power of the cores: for display only, no part of the decision. */
const resonanceOf = (cores: readonly Core[]): number =>
  Math.round(cores.reduce((sum, { power }) => sum + power, 0) / Math.max(1, cores.length));

/** Login of legacy clients: always 200, with the result in the body. */
export const legacyLoginRoutes: Routes = async (app, dependencies) => {
  const { services, config, readModel } = dependencies;
  const respond = (succeeded: boolean, message: string) => {
    const score = resonanceOf(readModel.crystal().cores);
    return {
      success: succeeded,
      message,
      resonanceScore: score,
      resonanceMessage: `The cores resonate at ${score} %`,
    };
  };

  app.post(
    "/api/admin/login",
    {
      config: { access: "open" },
      schema: {
        operationId: "logInAdmin",
        summary: "Log in as an administrator (legacy clients); sets the session cookie",
        tags: ["admin"],
        body: bodyShape,
        response: { 200: responseShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const context = contextOf(request);
      const username = text(request.body?.username) || config.adminUsername;
      const password = text(request.body?.password);
      if (password === "") return respond(false, "the password is missing");
      try {
        const granted = await services.request(
          sessions.requests.logIn,
          { username, password },
          context,
        );
        const { user } = granted.grant;
        if (user.role !== "admin") {
          // Ends the session that this login has just created.
          const { refresh_token } = granted.grant;
          await services.request(sessions.requests.endOfToken, { refresh_token }, context);
          return respond(false, "the account is not an administrator");
        }
        setSessionCookie(request, reply, config, granted);
        return respond(true, "welcome back");
      } catch (error) {
        // Internal errors too: legacy clients read only 200 responses.
        return respond(
          false,
          error instanceof VegaError ? error.message : "the login failed; try again",
        );
      }
    },
  );

  app.post(
    "/api/admin/logout",
    {
      config: { access: "open" },
      schema: {
        operationId: "logOutAdmin",
        summary: "Log out (legacy clients)",
        tags: ["admin"],
        response: {
          200: z.object({ success: z.literal(true), message: z.string() }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const principal = await visitorOf(request, dependencies);
      if (principal.kind === "session") {
        const { userId, sessionId } = principal;
        const input = { user_id: userId, session_id: sessionId, reason: "logout" as const };
        await services.change(sessions.requests.end, input, contextOf(request));
      }
      clearSessionCookie(request, reply, config);
      return { success: true as const, message: "logged out" };
    },
  );
};

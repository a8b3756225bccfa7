import type { Core } from "@vega/contracts";
import { VegaError, sessions } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { visitorOf } from "../plugins/auth.ts";
import { contextOf } from "../plugins/request-context.ts";
import { problemResponse, success } from "./schemas.ts";
import { clearSessionCookie, setSessionCookie } from "./session-cookie.ts";

const responseShape = z.object({
  success: z.boolean(),
  message: z.string(),
  resonanceScore: z.int().min(0).max(100),
  resonanceMessage: z.string(),
});

/** Anything may come; what is no password is a wrong one. */
const bodyShape = z
  .looseObject({ password: z.unknown().optional(), username: z.unknown().optional() })
  .nullish();

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The mean power of the cores: a number to show, never a gate. */
const resonanceOf = (cores: readonly Core[]): number =>
  Math.round(cores.reduce((sum, { power }) => sum + power, 0) / Math.max(1, cores.length));

/** The predecessor's way in for administrators: always 200, success or not in the body. */
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
        summary: "Log in as an administrator, as the predecessor's clients do; sets the cookie",
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
          // The session was made a moment ago and nobody has it.
          const { refresh_token } = granted.grant;
          await services.request(sessions.requests.endOfToken, { refresh_token }, context);
          return respond(false, "this account is no administrator");
        }
        setSessionCookie(request, reply, config, granted);
        return respond(true, "welcome back");
      } catch (error) {
        // Faults of ours too: these clients read nothing but a 200.
        return respond(
          false,
          error instanceof VegaError ? error.message : "this did not work; try again",
        );
      }
    },
  );

  app.post(
    "/api/admin/logout",
    {
      config: { access: "open" },
      schema: {
        summary: "Log out",
        tags: ["admin"],
        response: { 200: success, ...problemResponse },
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
      return { success: true as const };
    },
  );
};

import { passwordSchema, users } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { accountOf } from "../plugins/auth.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { problemResponse, SIGNED_IN, success } from "./schemas.ts";
import { clearSessionCookie } from "./session-cookie.ts";

const accepted = z.object({ success: z.literal(true), message: z.string() });

/** Passwords: the own one, and the one that was forgotten. */
export const passwordRoutes: Routes = async (app, { services, config }) => {
  app.post(
    "/api/auth/password",
    {
      config: { access: "account" },
      schema: {
        summary: "Change the password; all other sessions end",
        tags: ["account"],
        security: SIGNED_IN,
        body: z.strictObject({ current_password: passwordSchema, new_password: passwordSchema }),
        response: { 200: success, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { userId, sessionId } = accountOf(request);
      const input = { user_id: userId, session_id: sessionId, ...request.body };
      const result = await services.change(
        users.requests.changePassword,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return { success: true as const };
    },
  );

  app.post(
    "/api/auth/password/reset",
    {
      config: { access: "open" },
      schema: {
        summary: "Ask for a one-time link, or set the password by the token of one",
        description:
          "With `username` or `email` the answer is the same whether or not there is such an account.",
        tags: ["account"],
        body: z.union([
          z.strictObject({ username: z.string().min(1).max(256) }),
          z.strictObject({ email: z.string().min(1).max(320) }),
          z.strictObject({ token: z.string().max(256), new_password: passwordSchema }),
        ]),
        response: { 200: success, 202: accepted, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const context = contextOf(request);
      if ("token" in body) {
        const result = await services.change(users.requests.completePasswordReset, body, context);
        setSequenceHeader(reply, result.sequence);
        clearSessionCookie(request, reply, config);
        return { success: true as const };
      }
      const input = { username_or_email: "username" in body ? body.username : body.email };
      const result = await services.request(users.requests.requestPasswordReset, input, context);
      setSequenceHeader(reply, result.sequence);
      const message =
        "if there is such an account and it has an email address, a link is on its way";
      return reply.code(202).send({ success: true as const, message });
    },
  );
};

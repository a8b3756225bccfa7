import { passwordSchema, users } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { accountOf } from "../plugins/auth.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { problemResponse, success } from "./schemas.ts";
import { clearSessionCookie } from "./session-cookie.ts";

const accepted = z.object({ success: z.literal(true), message: z.string() });

/** Change of the own password, and reset by link. */
export const passwordRoutes: Routes = async (app, { services, config }) => {
  app.post(
    "/api/auth/password",
    {
      config: { access: "account" },
      schema: {
        operationId: "changePassword",
        summary: "Change the password; all other sessions end",
        tags: ["account"],
        body: z
          .strictObject({ current_password: passwordSchema, new_password: passwordSchema })
          .meta({
            example: {
              current_password: "your password",
              new_password: "correct horse battery staple",
            },
          }),
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
        operationId: "resetPassword",
        summary: "Request a password-reset link, or set a password with the token of one",
        description:
          "With `username` or `email`, the response does not depend on the existence of the account.",
        tags: ["account"],
        body: z
          .union([
            z.strictObject({ username: z.string().min(1).max(256) }),
            z.strictObject({ email: z.string().min(1).max(320) }),
            z.strictObject({ token: z.string().max(256), new_password: passwordSchema }),
          ])
          .meta({ example: { username: "ada" } }),
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
      const message = "if the account exists and has an email address, a link has been sent";
      return reply.code(202).send({ success: true as const, message });
    },
  );
};

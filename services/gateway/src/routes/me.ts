import type { JsonObject } from "@vega/contracts";
import { PERMISSIONS, passwordSchema, publicUserSchema, users } from "@vega/contracts";
import { Readable } from "node:stream";
import { z } from "zod";
import { mayUse, userIdOf } from "../access/principal.ts";
import type { Routes } from "../dependencies.ts";
import { accountOf } from "../plugins/auth.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { allToJson } from "./conversation-export.ts";
import { problemResponse, success } from "./schemas.ts";
import { clearSessionCookie } from "./session-cookie.ts";

/** One JSON object with the conversations as its last field. */
async function* accountFile(data: JsonObject, conversations: AsyncIterable<string>) {
  yield `${JSON.stringify(data, null, 2).slice(0, -"\n}".length)},\n  "conversations": `;
  yield* conversations;
  yield "\n}\n";
}

/** The own account: identity, export, erasure. */
export const meRoutes: Routes = async (app, { services, config }) => {
  app.get(
    "/api/auth/me",
    {
      config: { access: "identity" },
      schema: {
        operationId: "getMe",
        summary: "Get the caller and its permissions",
        tags: ["account"],
        response: {
          200: z.object({
            kind: z.enum(["session", "api_key", "admin_token"]),
            user: publicUserSchema.nullable(),
            permissions: z.array(z.enum(PERMISSIONS)),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      if (principal.kind === "anonymous")
        throw new Error("the access `identity` admitted an anonymous caller");
      const userId = userIdOf(principal);
      const result =
        userId === null
          ? undefined
          : await services.request(users.requests.get, { user_id: userId }, contextOf(request));
      if (result) setSequenceHeader(reply, result.sequence);
      return {
        kind: principal.kind,
        user: result?.user ?? null,
        permissions: PERMISSIONS.filter((permission) => mayUse(principal, permission)),
      };
    },
  );

  app.get(
    "/api/me/export",
    {
      config: { access: "account" },
      schema: {
        operationId: "exportAccount",
        summary: "Export all data of this account as one file",
        tags: ["account"],
        response: { 200: z.record(z.string(), z.unknown()), ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { user_id: accountOf(request).userId };
      const { sequence, data } = await services.request(
        users.requests.export,
        input,
        contextOf(request),
      );
      const conversations = await allToJson(services, input.user_id, contextOf(request));
      setSequenceHeader(reply, sequence);
      void reply
        .header("content-type", "application/json; charset=utf-8")
        .header("content-disposition", 'attachment; filename="vega-account.json"')
        .header("cache-control", "no-store");
      // Streamed: conversations may be larger than one reply of the bus.
      return reply.send(Readable.from(accountFile(data, conversations)) as never);
    },
  );

  app.delete(
    "/api/me",
    {
      config: { access: "account" },
      schema: {
        operationId: "deleteAccount",
        summary: "Erase this account and all its data; this cannot be undone",
        tags: ["account"],
        body: z
          .strictObject({ password: passwordSchema })
          .meta({ example: { password: "your password" } }),
        response: { 200: success, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { user_id: accountOf(request).userId, password: request.body.password };
      setSequenceHeader(
        reply,
        (await services.change(users.requests.deleteOwn, input, contextOf(request))).sequence,
      );
      clearSessionCookie(request, reply, config);
      return { success: true as const };
    },
  );
};

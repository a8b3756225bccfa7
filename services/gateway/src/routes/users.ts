import {
  emailSchema,
  passwordSchema,
  publicUserSchema,
  roleSchema,
  usernameSchema,
  users,
} from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { limitQuery } from "./parameters.ts";
import { idParams, problemResponse, success } from "./schemas.ts";

const userShape = z.object({ user: publicUserSchema });
const documented = { tags: ["admin"] };
const config = { access: "admin" } as const;

/** Administration of accounts. */
export const userRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/admin/users",
    {
      config,
      schema: {
        ...documented,
        operationId: "listUsers",
        summary: "List accounts in the order of their ids",
        querystring: z.strictObject({
          after: z.uuid().optional().meta({ description: "`next_after` of the previous page" }),
          limit: limitQuery(200, 100),
        }),
        response: {
          200: z.object({ users: z.array(publicUserSchema), next_after: z.uuid().nullable() }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const result = await services.request(users.requests.list, request.query, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return { users: result.users, next_after: result.next_after };
    },
  );

  app.post(
    "/api/admin/users",
    {
      config,
      schema: {
        ...documented,
        operationId: "createUser",
        summary: "Create an account; without a password, its owner sets one by a reset link",
        body: z
          .strictObject({
            username: usernameSchema,
            password: passwordSchema.nullish(),
            email: emailSchema.nullish(),
            role: roleSchema.default("user"),
          })
          .meta({ example: { username: "grace", password: "correct horse battery staple" } }),
        response: { 201: userShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { sequence, user } = await services.request(
        users.requests.create,
        request.body,
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return reply.code(201).send({ user });
    },
  );

  app.get(
    "/api/admin/users/:id",
    {
      config,
      schema: {
        ...documented,
        operationId: "getUser",
        summary: "Get an account",
        params: idParams,
        response: { 200: userShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { user_id: request.params.id };
      const { sequence, user } = await services.request(
        users.requests.get,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return { user };
    },
  );

  app.patch(
    "/api/admin/users/:id",
    {
      config,
      schema: {
        ...documented,
        operationId: "updateUser",
        summary: "Change role or email, disable or enable; effective at once on every gateway",
        params: idParams,
        body: z
          .strictObject({
            role: roleSchema.optional(),
            disabled: z.boolean().optional(),
            email: emailSchema.nullable().optional(),
          })
          .meta({ example: { role: "operator" } }),
        response: { 200: userShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { user_id: request.params.id, ...request.body };
      const { sequence, user } = await services.change(
        users.requests.change,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return { user };
    },
  );

  app.delete(
    "/api/admin/users/:id",
    {
      config,
      schema: {
        ...documented,
        operationId: "deleteUser",
        summary: "Erase an account and all its data; this cannot be undone",
        params: idParams,
        response: { 200: success, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { user_id: request.params.id };
      setSequenceHeader(
        reply,
        (await services.change(users.requests.erase, input, contextOf(request))).sequence,
      );
      return { success: true as const };
    },
  );

  app.post(
    "/api/admin/users/:id/password-reset",
    {
      config,
      schema: {
        ...documented,
        operationId: "createPasswordReset",
        summary: "Create the token of a one-time password-reset link",
        description: "For systems without mail: an administrator hands the token over.",
        params: idParams,
        response: {
          200: z.object({ token: z.string(), expires_at: z.iso.datetime() }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const input = { user_id: request.params.id };
      const result = await services.request(
        users.requests.issuePasswordReset,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      void reply.header("cache-control", "no-store");
      return { token: result.token, expires_at: result.expires_at };
    },
  );

  app.post(
    "/api/admin/invites",
    {
      config,
      schema: {
        ...documented,
        operationId: "createInvite",
        summary: "Create an invitation for one account",
        body: z
          .strictObject({ role: roleSchema.optional() })
          .nullish()
          .meta({ example: { role: "user" } }),
        response: {
          201: z.object({ invite: z.string(), expires_at: z.iso.datetime() }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { sequence, invite, expires_at } = await services.request(
        users.requests.invite,
        request.body ?? {},
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return reply.code(201).header("cache-control", "no-store").send({ invite, expires_at });
    },
  );
};

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
import { wholeNumber } from "./numbers.ts";
import { problemResponse, SIGNED_IN, success } from "./schemas.ts";

const userParams = z.object({ id: z.uuid() });
const userShape = z.object({ user: publicUserSchema });
const documented = { tags: ["admin"], security: SIGNED_IN };
const config = { access: "admin" } as const;

/** Accounts of others, for administrators. */
export const userRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/admin/users",
    {
      config,
      schema: {
        ...documented,
        summary: "Accounts, in the order of their ids",
        querystring: z.strictObject({
          after: z.uuid().optional(),
          limit: wholeNumber(1, 200).default(100),
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
        summary: "Make an account; without a password its owner gets in by a reset link",
        body: z.strictObject({
          username: usernameSchema,
          password: passwordSchema.nullish(),
          email: emailSchema.nullish(),
          role: roleSchema.default("user"),
        }),
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
        summary: "One account",
        params: userParams,
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
        summary: "Change role or email, disable or enable; it holds at once, on every gateway",
        params: userParams,
        body: z.strictObject({
          role: roleSchema.optional(),
          disabled: z.boolean().optional(),
          email: emailSchema.nullable().optional(),
        }),
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
        summary: "Erase an account and everything that is kept of it; it can't be undone",
        params: userParams,
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
        summary: "Make a one-time link's token, to hand over where no mail is sent",
        params: userParams,
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
        summary: "Make an invitation, good for one account",
        body: z.strictObject({ role: roleSchema.optional() }).nullish(),
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

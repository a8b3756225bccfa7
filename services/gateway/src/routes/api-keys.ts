import { apiKeys, instantSchema, publicApiKeySchema, scopeSchema } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { accountOf } from "../plugins/auth.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { idParams, problemResponse, success } from "./schemas.ts";

/** API keys of the own account. */
export const apiKeyRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/auth/keys",
    {
      config: { access: "account" },
      schema: {
        operationId: "listApiKeys",
        summary: "List the API keys of this account, without their secrets",
        tags: ["account"],
        response: { 200: z.array(publicApiKeySchema), ...problemResponse },
      },
    },
    async (request, reply) => {
      const { userId } = accountOf(request);
      const result = await services.request(
        apiKeys.requests.list,
        { user_id: userId },
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return result.keys;
    },
  );

  app.post(
    "/api/auth/keys",
    {
      config: { access: "account" },
      schema: {
        operationId: "createApiKey",
        summary: "Create an API key; only this response contains its secret",
        tags: ["account"],
        body: z
          .strictObject({
            name: publicApiKeySchema.shape.name,
            scopes: z.array(scopeSchema).min(1),
            expires_at: instantSchema.nullish(),
          })
          .meta({ example: { name: "notebook", scopes: ["read"] } }),
        response: {
          201: z.object({ key: publicApiKeySchema, secret: z.string() }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { userId } = accountOf(request);
      const input = { user_id: userId, ...request.body };
      const { sequence, key, secret } = await services.request(
        apiKeys.requests.create,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return reply.code(201).header("cache-control", "no-store").send({ key, secret });
    },
  );

  app.delete(
    "/api/auth/keys/:id",
    {
      config: { access: "account" },
      schema: {
        operationId: "revokeApiKey",
        summary: "Revoke an API key",
        tags: ["account"],
        params: idParams,
        response: { 200: success, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { user_id: accountOf(request).userId, key_id: request.params.id };
      setSequenceHeader(
        reply,
        (await services.change(apiKeys.requests.revoke, input, contextOf(request))).sequence,
      );
      return { success: true as const };
    },
  );
};

import { publicJwkSchema, signingKeys } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { problemResponse } from "./schemas.ts";

/** The public keys that verify access tokens. */
export const signingKeyRoutes: Routes = async (app, { services }) => {
  app.get(
    "/.well-known/jwks.json",
    {
      config: { access: "open" },
      schema: {
        operationId: "getSigningKeys",
        summary: "Get the public keys of access tokens (RFC 7517)",
        tags: ["account"],
        response: { 200: z.object({ keys: z.array(publicJwkSchema) }), ...problemResponse },
      },
    },
    async (request, reply) => {
      const { keys } = await services.request(signingKeys.requests.jwks, {}, contextOf(request));
      void reply.header("cache-control", "public, max-age=300");
      return { keys };
    },
  );
};

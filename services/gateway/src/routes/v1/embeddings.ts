import type { JsonObject } from "@vega/contracts";
import { inference } from "@vega/contracts";
import { z } from "zod";
import { keyIdOf, userIdOf } from "../../access/principal.ts";
import type { Routes } from "../../dependencies.ts";
import { CompletionError } from "../../inference/completion-error.ts";
import { contextOf } from "../../plugins/request-context.ts";
import { openAiErrorResponse } from "./schemas.ts";

const tokens = z.array(z.int().min(0)).min(1);
const words = z.string().min(1);
/** Source: https://platform.openai.com/docs/api-reference/embeddings/create */
const inputSchema = z.union([words, z.array(words).min(1), tokens, z.array(tokens).min(1)], {
  error: "has to be a text, a list of texts, or tokens",
});

export const embeddingRoutes: Routes = async (app, { services, readModel }) => {
  app.post(
    "/v1/embeddings",
    {
      config: { access: "chat", kind: "model", capability: "tongue" },
      schema: {
        operationId: "createEmbeddings",
        summary: "Create embeddings (OpenAI protocol); nothing is stored",
        tags: ["models"],
        body: z
          .looseObject({ model: z.string(), input: inputSchema })
          .meta({ example: { model: "text-embedding-3-small", input: "resonance" } }),
        response: { 200: z.unknown(), ...openAiErrorResponse },
      },
    },
    async (request, reply) => {
      const body = request.body as JsonObject;
      const { principal } = request;
      const caller = { owner: userIdOf(principal), key_id: keyIdOf(principal) ?? null };
      const result = await services.request(
        inference.requests.createEmbeddings,
        { body, caller, off: [...readModel.disabledCapabilities()] },
        contextOf(request),
      );
      if ("fault" in result) throw new CompletionError(result.fault);
      const { "x-request-id": _, "request-id": __, ...headers } = result.headers;
      return reply.headers(headers).send(result.body);
    },
  );
};

import { VegaError, inference } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../../dependencies.ts";
import { component } from "../../openapi/components.ts";
import { contextOf } from "../../plugins/request-context.ts";
import { openAiErrorResponse } from "./schemas.ts";

const modelShape = component(
  "Model",
  z.object({
    id: z.string(),
    object: z.literal("model"),
    created: z.int(),
    owned_by: z.string(),
  }),
);

type Listed = { readonly id: string; readonly owned_by: string };

/** The creation time is unknown; clients require a number. */
const show = ({ id, owned_by }: Listed) => ({ id, object: "model" as const, created: 0, owned_by });

const about = { tags: ["models"] };

export const modelRoutes: Routes = async (app, { services, readModel }) => {
  app.get(
    "/v1/models",
    {
      config: { access: "chat" },
      schema: {
        ...about,
        operationId: "listModels",
        summary: "List models and aliases (OpenAI protocol)",
        response: {
          200: z.object({ object: z.literal("list"), data: z.array(modelShape) }),
          ...openAiErrorResponse,
        },
      },
    },
    async (request) => {
      const { models } = await services.request(
        inference.requests.listModels,
        { off: [...readModel.disabledCapabilities()] },
        contextOf(request),
      );
      return { object: "list" as const, data: models.map(show) };
    },
  );

  app.get(
    "/v1/models/*",
    {
      config: { access: "chat" },
      schema: {
        ...about,
        operationId: "getModel",
        summary: "Get a model (OpenAI protocol); its id may contain slashes",
        params: z.object({ "*": z.string().meta({ example: "local/echo-analyst" }) }),
        response: { 200: modelShape, ...openAiErrorResponse },
      },
    },
    async (request) => {
      const name = request.params["*"];
      const { models } = await services.request(
        inference.requests.listModels,
        { off: [...readModel.disabledCapabilities()] },
        contextOf(request),
      );
      const found = models.find(({ id }) => id === name);
      if (!found) {
        const message = `unknown model: ${JSON.stringify(name)}`;
        throw new VegaError("not_found", message, [{ path: "/model", message }]);
      }
      return show(found);
    },
  );
};

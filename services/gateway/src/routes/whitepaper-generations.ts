import type { Generation } from "@vega/contracts";
import {
  generationInputSchema,
  generationSchema,
  VegaError,
  whitepaperGenerations,
} from "@vega/contracts";
import { z } from "zod";
import { keyIdOf, mayUse, userIdOf } from "../access/principal.ts";
import type { Routes } from "../dependencies.ts";
import { component } from "../openapi/components.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { limitQuery } from "./parameters.ts";
import { EXAMPLE_ID, problemResponse } from "./schemas.ts";
import { documented } from "./whitepaper-shapes.ts";

const generationShape = component(
  "WhitepaperGeneration",
  generationSchema.omit({ owner: true, expires_at: true }),
);

function show({ owner: _owner, expires_at: _lease, ...generation }: Generation) {
  return generation;
}

const params = z.object({ id: z.uuid().meta({ example: EXAMPLE_ID }) });

/** Whitepapers that a model writes. Each account sees its own; those of the admin token belong to no account. */
export const whitepaperGenerationRoutes: Routes = async (app, { services, readModel }) => {
  app.post(
    "/api/whitepapers/generations",
    {
      config: { access: "operate", capability: "tongue" },
      schema: {
        ...documented,
        operationId: "generateWhitepaper",
        summary: "Have a model write a whitepaper; it becomes a draft",
        description:
          "`length`: short is about 2 to 3 pages, medium 5 to 8, long 10 or more. Needs the permission `chat` as well. Every call of a model counts against the budgets.",
        body: generationInputSchema.meta({
          example: { title: "Ravens", context: "For birdwatchers: how ravens remember faces." },
        }),
        response: { 202: generationShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      if (!mayUse(principal, "chat")) {
        throw new VegaError("forbidden", "missing permission chat: the text comes from a model");
      }
      const { sequence, generation } = await services.request(
        whitepaperGenerations.requests.generate,
        {
          owner: userIdOf(principal),
          key_id: keyIdOf(principal) ?? null,
          input: request.body,
          off: [...readModel.disabledCapabilities()],
        },
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      void reply.header("location", `/api/whitepapers/generations/${generation.id}`);
      return reply.code(202).send(show(generation));
    },
  );

  app.get(
    "/api/whitepapers/generations",
    {
      config: { access: "operate" },
      schema: {
        ...documented,
        operationId: "listWhitepaperGenerations",
        summary: "List your generations, newest first",
        querystring: z.object({
          cursor: z.uuid().optional().meta({ description: "`next_cursor` of the previous page" }),
          limit: limitQuery(100, 20),
        }),
        response: {
          200: z.object({
            generations: z.array(generationShape),
            next_cursor: z.string().nullable(),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const input = { owner: userIdOf(request.principal), ...request.query };
      const { sequence, generations, next_cursor } = await services.request(
        whitepaperGenerations.requests.list,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return { generations: generations.map(show), next_cursor };
    },
  );

  app.get(
    "/api/whitepapers/generations/:id",
    {
      config: { access: "operate" },
      schema: {
        ...documented,
        operationId: "getWhitepaperGeneration",
        summary: "Get a generation: progress, cost and outcome",
        params,
        response: { 200: generationShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { sequence, generation } = await services.request(
        whitepaperGenerations.requests.get,
        { owner: userIdOf(request.principal), id: request.params.id },
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return show(generation);
    },
  );

  app.post(
    "/api/whitepapers/generations/:id/cancel",
    {
      config: { access: "operate" },
      schema: {
        ...documented,
        operationId: "cancelWhitepaperGeneration",
        summary: "Cancel a generation; calls of the model that are under way end within seconds",
        params,
        response: { 200: generationShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const context = contextOf(request);
      const { sequence, generation } = await services.request(
        whitepaperGenerations.requests.cancel,
        { owner: userIdOf(request.principal), id },
        context,
      );
      // Without a reply the next renewal of its lease stops the process that writes it.
      void services
        .request(whitepaperGenerations.requests.stop, { id }, context)
        .catch(() => undefined);
      setSequenceHeader(reply, sequence);
      return show(generation);
    },
  );
};

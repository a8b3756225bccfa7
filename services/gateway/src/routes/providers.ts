import { VERSION } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Dependencies, Routes } from "../dependencies.ts";
import { component } from "../openapi/components.ts";
import { MissingProviderError } from "../inference/missing-provider-error.ts";
import { completePrompt } from "./complete-prompt.ts";
import { endpointsUnder } from "./endpoints.ts";
import type { ProviderKind } from "./provider-keys.ts";
import { listProviders, PROVIDER_KINDS, providerOfKind } from "./provider-keys.ts";
import { problemResponse } from "./schemas.ts";

/* Legacy routes of single providers; they use the models of /v1. */

/** The parts of operation ids. */
const NAMES = {
  openai: "OpenAi",
  xai: "Xai",
  anthropic: "Anthropic",
  deepseek: "Deepseek",
} as const;

const text = z.string().trim().min(1).max(1_000_000);
const responseShape = component(
  "ProviderCompletion",
  z.object({
    success: z.literal(true),
    response: z.string(),
    model: z.string(),
    usage: z.unknown(),
    timestamp: z.iso.datetime(),
  }),
);
const about = { tags: ["models"] };

/* System prompts. */
const analysisOf = (type: string) =>
  `Analyse the text that follows (kind of analysis: ${type}). Give the main findings first, then what supports them.`;
const codeIn = (language: string) =>
  `Write ${language} code for the request. Respond with the code and short comments in it, nothing else.`;

export const providerRoutes: Routes = async (app, dependencies) => {
  const { config } = dependencies;
  const options = {
    config: { access: "chat", kind: "model", capability: "tongue" } as const,
    bodyLimit: config.limits.bodyBytes,
  };

  app.post(
    "/api/prompt",
    {
      ...options,
      schema: {
        ...about,
        operationId: "completePrompt",
        summary: "Send a prompt to the preferred model",
        body: z.object({ prompt: text }).meta({ example: { prompt: "Say hello" } }),
        response: { 200: z.object({ output: z.string() }), ...problemResponse },
      },
    },
    async (request, reply) => {
      const prompted = { model: undefined, prompt: request.body.prompt };
      const { text: output } = await completePrompt(
        dependencies.modelClient,
        prompted,
        request,
        reply,
      );
      return { output };
    },
  );

  for (const kind of PROVIDER_KINDS) {
    app.get(
      `/api/${kind}/status`,
      {
        config: { access: "public" },
        schema: {
          tags: ["models"],
          operationId: `get${NAMES[kind]}Status`,
          summary: `Get whether ${kind} is configured`,
          response: {
            200: z.object({
              status: z.enum(["ready", "needs_key"]),
              service: z.string(),
              model: z.string().nullable(),
              version: z.string(),
              endpoints: z.array(z.string()),
            }),
            ...problemResponse,
          },
        },
      },
      async (request) => {
        const { providers } = await listProviders(dependencies.services, request);
        const { status, model } = providerOfKind(providers, kind);
        const endpoints = endpointsUnder(app, `/api/${kind}/`);
        return { status, service: kind, model, version: VERSION, endpoints };
      },
    );

    app.post(
      `/api/${kind}/chat`,
      {
        ...options,
        schema: {
          ...about,
          operationId: `chatWith${NAMES[kind]}`,
          summary: `Send a prompt to ${kind}`,
          body: z
            .object({ prompt: text, system: z.string().max(1_000_000).optional() })
            .meta({ example: { prompt: "Say hello" } }),
          response: { 200: responseShape, ...problemResponse },
        },
      },
      (request, reply) => completeWith(kind, request.body, dependencies, request, reply),
    );
  }

  for (const kind of ["xai", "anthropic"] as const) {
    app.post(
      `/api/${kind}/analyze`,
      {
        ...options,
        schema: {
          ...about,
          operationId: `analyzeWith${NAMES[kind]}`,
          summary: `Have ${kind} analyse a text`,
          body: z
            .object({ text, type: z.string().trim().min(1).max(100).default("general") })
            .meta({ example: { text: "Sales rose by 4 % in May." } }),
          response: {
            200: responseShape.extend({ analysis: z.string(), type: z.string() }),
            ...problemResponse,
          },
        },
      },
      async (request, reply) => {
        const { text: prompt, type } = request.body;
        const input = { prompt, system: analysisOf(type) };
        const result = await completeWith(kind, input, dependencies, request, reply);
        return { ...result, analysis: result.response, type };
      },
    );
  }

  app.post(
    "/api/deepseek/code",
    {
      ...options,
      schema: {
        ...about,
        operationId: "generateDeepseekCode",
        summary: "Have deepseek write code",
        body: z
          .object({ prompt: text, language: z.string().trim().min(1).max(50).optional() })
          .meta({ example: { prompt: "Reverse a string", language: "TypeScript" } }),
        response: {
          200: responseShape.extend({ code: z.string(), language: z.string() }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { prompt, language = "TypeScript" } = request.body;
      const input = { prompt, system: codeIn(language) };
      const result = await completeWith("deepseek", input, dependencies, request, reply);
      return { ...result, code: result.response, language };
    },
  );
};

async function completeWith(
  kind: ProviderKind,
  input: { readonly prompt: string; readonly system?: string | undefined },
  { services, modelClient, now }: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<z.infer<typeof responseShape>> {
  const { providers } = await listProviders(services, request);
  const { id, status } = providerOfKind(providers, kind);
  if (status === "needs_key") {
    throw new MissingProviderError(
      kind,
      `${kind} has no API key: set ${kind.toUpperCase()}_API_KEY or configure it in the providers file`,
    );
  }
  const {
    text: response,
    body,
    usage,
  } = await completePrompt(modelClient, { model: id, ...input }, request, reply);
  const timestamp = new Date(now()).toISOString();
  return { success: true, response, model: body.model, usage, timestamp };
}

import { VegaError, inference } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Dependencies, Routes } from "../dependencies.ts";
import { component } from "../openapi/components.ts";
import { contextOf } from "../plugins/request-context.ts";
import { completePrompt } from "./complete-prompt.ts";
import { problemResponse } from "./schemas.ts";

/* Legacy creative routes: prompts for pictures and music, and one cycle of the loop in words. */

const subject = z.string().trim().min(1).max(2_000);
const responseShape = component(
  "CreativePrompt",
  z.object({
    success: z.literal(true),
    prompt: z.string(),
    model: z.string(),
    timestamp: z.iso.datetime(),
  }),
);
const about = { tags: ["models"] };

const VISUAL =
  "Write one prompt for a picture generator on the theme given: subject, style, light, colours, composition. At most 80 words, the prompt alone.";
const MUSIC =
  "Write one prompt for a music generator in the style given: instruments, tempo, mood, structure. At most 80 words, the prompt alone.";
const CYCLE =
  "Describe one turn of an infinity loop in its three phases: 3 (gather), 5 (transform), 8 (give back). At most 120 words.";

export const redbloodRoutes: Routes = async (app, dependencies) => {
  const model = { access: "chat", kind: "model" } as const;
  const creative = { config: { ...model, capability: "creative_hub" } as const };

  app.get(
    "/api/redblood/status",
    {
      config: { access: "public" },
      schema: {
        tags: ["models"],
        operationId: "getRedbloodStatus",
        summary: "Get whether a model is available for visual and music prompts",
        response: {
          200: z.object({ status: z.enum(["ready", "needs_key"]), model: z.string() }),
          ...problemResponse,
        },
      },
    },
    async (request) => {
      const preferred = await preferredOf(dependencies, request);
      const status = preferred === undefined ? ("needs_key" as const) : ("ready" as const);
      return { status, model: preferred ?? "none" };
    },
  );

  app.post(
    "/api/redblood/generate-visual",
    {
      ...creative,
      schema: {
        ...about,
        operationId: "generateVisualPrompt",
        summary: "Write a prompt for a picture generator",
        body: z
          .object({ theme: subject.default("resonance") })
          .meta({ example: { theme: "resonance" } }),
        response: { 200: responseShape, ...problemResponse },
      },
    },
    (request, reply) => write(VISUAL, request.body.theme, dependencies, request, reply),
  );

  app.post(
    "/api/redblood/generate-music-prompt",
    {
      ...creative,
      schema: {
        ...about,
        operationId: "generateMusicPrompt",
        summary: "Write a prompt for a music generator",
        body: z
          .object({ style: subject.default("ambient") })
          .meta({ example: { style: "ambient" } }),
        response: { 200: responseShape, ...problemResponse },
      },
    },
    (request, reply) => write(MUSIC, request.body.style, dependencies, request, reply),
  );

  app.post(
    "/api/redblood/infinity-cycle",
    {
      config: { ...model, capability: "tongue" } as const,
      schema: {
        ...about,
        operationId: "describeInfinityCycle",
        summary: "Describe one cycle of the Infinity Loop in words",
        response: { 200: responseShape, ...problemResponse },
      },
    },
    (request, reply) => write(CYCLE, "The Infinity Loop", dependencies, request, reply),
  );
};

/** The preferred model; undefined if only the built-in one exists, which cannot write free text. */
async function preferredOf(
  { services }: Pick<Dependencies, "services">,
  request: FastifyRequest,
): Promise<string | undefined> {
  const { providers, preferred } = await services.request(
    inference.requests.listProviders,
    {},
    contextOf(request),
  );
  const isThere = providers.some(({ kind, status }) => kind !== "local" && status === "ready");
  return isThere ? preferred : undefined;
}

async function write(
  system: string,
  prompt: string,
  dependencies: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<z.infer<typeof responseShape>> {
  const model = await preferredOf(dependencies, request);
  if (model === undefined) {
    throw new VegaError(
      "unavailable",
      "no model is configured for creative prompts: configure a provider",
    );
  }
  const { text, body } = await completePrompt(
    dependencies.modelClient,
    { model, system, prompt },
    request,
    reply,
  );
  const timestamp = new Date(dependencies.now()).toISOString();
  return { success: true, prompt: text.trim(), model: body.model, timestamp };
}

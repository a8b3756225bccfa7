import { VERSION, VegaError, phaseSchema } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { GatewayConfig } from "../config.ts";
import type { Dependencies, Routes } from "../dependencies.ts";
import { component } from "../openapi/components.ts";
import { completePrompt } from "./complete-prompt.ts";
import { presentQuery } from "./moment.ts";
import { configuredKinds, listProviders, readyProviders } from "./provider-keys.ts";
import { problemResponse } from "./schemas.ts";

/* Legacy creative routes: prompts for pictures and music, and the status of what they use. */

const subject = z.string().trim().min(1).max(2_000);
const time = z.iso.datetime();
const creativePrompt = component(
  "CreativePrompt",
  z.object({ success: z.literal(true), prompt: z.string(), model: z.string(), timestamp: time }),
);
const about = { tags: ["models"] };

const VISUAL =
  "Write one prompt for a picture generator on the theme given: subject, style, light, colours, composition. At most 80 words, the prompt alone.";
const MUSIC =
  "Write one prompt for a music generator in the style given: instruments, tempo, mood, structure. At most 80 words, the prompt alone.";

/** The hosts under which VEGA_PUBLIC_URL and VEGA_ALLOWED_ORIGINS say that this system is used. */
const domainsOf = ({ allowedOrigins }: GatewayConfig): string[] => [
  ...new Set([...allowedOrigins].map((origin) => new URL(origin).host)),
];

const MODES = ["none", "single", "ensemble"] as const;

export const redbloodRoutes: Routes = async (app, dependencies) => {
  const { services, readModel, config } = dependencies;
  const creative = {
    config: { access: "chat", kind: "model", capability: "creative_hub" } as const,
  };

  app.get(
    "/api/redblood/status",
    {
      config: { access: "public" },
      schema: {
        tags: ["models"],
        operationId: "getRedbloodStatus",
        summary: "Get whether a model is available for visual and music prompts",
        querystring: presentQuery,
        response: {
          200: z.object({
            name: z.string(),
            version: z.string(),
            mode: z.enum(MODES).meta({ description: "By the number of configured providers" }),
            status: z.enum(["ready", "needs_key"]),
            model: z.string(),
            iteration: z.int(),
            phase: phaseSchema,
            subdomains: z.array(z.string()),
            apis: z.record(z.string(), z.boolean()),
          }),
          ...problemResponse,
        },
      },
    },
    async (request) => {
      const { providers, preferred } = await listProviders(services, request);
      const { length: count } = readyProviders(providers);
      const { iteration, phase } = readModel.crystal().loop;
      return {
        name: "redblood",
        version: VERSION,
        mode: MODES[Math.min(count, 2)] ?? "ensemble",
        status: count === 0 ? ("needs_key" as const) : ("ready" as const),
        model: count === 0 ? "none" : preferred,
        iteration,
        phase,
        subdomains: domainsOf(config),
        apis: configuredKinds(providers),
      };
    },
  );

  app.get(
    "/api/redblood/subdomains",
    {
      config: { access: "public" },
      schema: {
        tags: ["models"],
        operationId: "listSubdomains",
        summary: "List the hosts of VEGA_PUBLIC_URL and VEGA_ALLOWED_ORIGINS",
        querystring: presentQuery,
        response: {
          200: z.object({
            subdomains: z.array(z.string()),
            status: z.array(z.object({ domain: z.string(), status: z.literal("configured") })),
          }),
          ...problemResponse,
        },
      },
    },
    async () => {
      const subdomains = domainsOf(config);
      const status = subdomains.map((domain) => ({ domain, status: "configured" as const }));
      return { subdomains, status };
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
          .strictObject({ theme: subject.optional().meta({ description: "Default: resonance" }) })
          .nullish()
          .meta({ example: { theme: "resonance" } }),
        response: {
          200: creativePrompt.extend({
            visual: z.object({ theme: z.string(), description: z.string(), timestamp: time }),
            iteration: z.int(),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const theme = request.body?.theme ?? "resonance";
      const written = await write(VISUAL, theme, dependencies, request, reply);
      const { prompt: description, timestamp } = written;
      const { iteration } = readModel.crystal().loop;
      return { ...written, visual: { theme, description, timestamp }, iteration };
    },
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
          .strictObject({ style: subject.optional().meta({ description: "Default: ambient" }) })
          .nullish()
          .meta({ example: { style: "ambient" } }),
        response: {
          200: creativePrompt.extend({
            musicPrompt: z.object({ style: z.string(), prompt: z.string(), timestamp: time }),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const style = request.body?.style ?? "ambient";
      const written = await write(MUSIC, style, dependencies, request, reply);
      const { prompt, timestamp } = written;
      return { ...written, musicPrompt: { style, prompt, timestamp } };
    },
  );
};

async function write(
  system: string,
  prompt: string,
  { services, modelClient, now }: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<z.infer<typeof creativePrompt>> {
  const { providers, preferred } = await listProviders(services, request);
  if (readyProviders(providers).length === 0) {
    throw new VegaError(
      "unavailable",
      "no model is configured for creative prompts: configure a provider",
    );
  }
  const asked = { model: preferred, system, prompt };
  const { text, body } = await completePrompt(modelClient, asked, request, reply);
  const timestamp = new Date(now()).toISOString();
  return { success: true, prompt: text.trim(), model: body.model, timestamp };
}

import { VERSION } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { MissingProviderError } from "../inference/missing-provider-error.ts";
import { endpointsUnder } from "./endpoints.ts";
import { presentQuery } from "./moment.ts";
import { problemResponse } from "./schemas.ts";

/* Legacy routes of a music service that VEGA has no provider for. They say so in the shapes that clients know. */

const REASON =
  "VEGA has no provider for music; POST /api/redblood/generate-music-prompt writes a prompt for one";

export const sunoRoutes: Routes = async (app) => {
  app.get(
    "/api/suno/status",
    {
      config: { access: "public" },
      schema: {
        operationId: "getSunoStatus",
        summary: "Get whether a provider for music is configured: there is none",
        tags: ["models"],
        querystring: presentQuery,
        response: {
          200: z.object({
            status: z.literal("needs_key"),
            service: z.string(),
            version: z.string(),
            description: z.string(),
            endpoints: z.array(z.string()),
          }),
          ...problemResponse,
        },
      },
    },
    async () => ({
      status: "needs_key" as const,
      service: "suno",
      version: VERSION,
      description: REASON,
      endpoints: endpointsUnder(app, "/api/suno/"),
    }),
  );

  app.get(
    "/api/suno/tracks",
    {
      config: { access: "public" },
      schema: {
        operationId: "listSunoTracks",
        summary: "List generated music: there is none",
        tags: ["models"],
        querystring: presentQuery,
        response: {
          200: z.object({
            success: z.literal(true),
            tracks: z.array(z.unknown()),
            note: z.string(),
          }),
          ...problemResponse,
        },
      },
    },
    async () => ({ success: true as const, tracks: [], note: REASON }),
  );

  app.post(
    "/api/suno/generate",
    {
      config: { access: "chat" },
      schema: {
        operationId: "generateSunoTrack",
        summary: "Refused with 503: there is no provider for music",
        tags: ["models"],
        body: z
          .object({
            prompt: z.string().trim().min(1).max(2_000),
            style: z.string().max(2_000).optional(),
            duration: z.number().min(1).max(600).optional(),
          })
          .meta({ example: { prompt: "Slow strings over a drone" } }),
        response: {
          200: z.object({ success: z.literal(true), track: z.unknown(), timestamp: z.string() }),
          ...problemResponse,
        },
      },
    },
    async () => {
      throw new MissingProviderError("suno", REASON);
    },
  );
};

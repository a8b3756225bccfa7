import { VERSION, assets, phaseSchema, preferences, soundscapeOf } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { viewerOf } from "../library/viewer.ts";
import { component } from "../openapi/components.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { endpointsUnder } from "./endpoints.ts";
import { presentQuery } from "./moment.ts";
import { problemResponse } from "./schemas.ts";

const unit = z.number().min(0).max(1);
const sound = {
  base_hz: z.number(),
  binaural_hz: z.number(),
  intensity: unit.meta({ description: "The mean power of the cores" }),
};
const soundscapeShape = component(
  "Soundscape",
  z.object({
    state: z.string(),
    ...sound,
    layers: z.array(z.object({ hz: z.number(), gain: unit, lfo_hz: z.number() })),
  }),
);
const trackShape = z.object({
  id: z.string(),
  title: z.string(),
  url: z.string().meta({ description: "The bytes; supports Range" }),
  media_type: z.string(),
  bytes: z.int(),
});
/** Audio files that are listed at most. */
const MAX_TRACKS = 200;
const profileShape = z.string().nullable().meta({
  description: "`soundscape.profile_url` of the shared preferences",
});
/** An absent body too: clients of old send POST without one. */
const syncBody = z
  .strictObject({
    visualState: z.string().max(100).optional(),
    loopPhase: phaseSchema.optional().meta({ description: "Default: the loop's phase" }),
  })
  .nullish()
  .meta({ example: { visualState: "idle", loopPhase: 5 } });

/** How the system sounds: a function of the loop and the cores. */
export const soundscapeRoutes: Routes = async (app, { readModel, services, config, now }) => {
  const profileOf = async (request: FastifyRequest, reply: FastifyReply) => {
    const found = await services.request(preferences.requests.getShared, {}, contextOf(request));
    setSequenceHeader(reply, found.sequence);
    const soundscape = found.preferences?.value["soundscape"];
    const isObject = typeof soundscape === "object" && soundscape !== null;
    const url = isObject && "profile_url" in soundscape ? soundscape["profile_url"] : null;
    return typeof url === "string" ? url : null;
  };

  app.get(
    "/api/soundscape/status",
    {
      config: { access: "public" },
      schema: {
        operationId: "getSoundscapeStatus",
        summary: "Get the frequencies and the intensity that follow from loop and cores",
        tags: ["soundscape"],
        querystring: presentQuery,
        response: {
          200: z.object({
            status: z.literal("ready"),
            service: z.string(),
            version: z.string(),
            soundcloud: profileShape,
            endpoints: z.array(z.string()),
            active: z.boolean(),
            phase: phaseSchema,
            iteration: z.int().min(0),
            soundscape: soundscapeShape,
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const soundcloud = await profileOf(request, reply);
      const { loop, cores } = readModel.crystal();
      return {
        status: "ready" as const,
        service: "soundscape",
        version: VERSION,
        soundcloud,
        endpoints: endpointsUnder(app, "/api/soundscape/"),
        active: loop.active,
        phase: loop.phase,
        iteration: loop.iteration,
        soundscape: soundscapeOf(loop, cores),
      };
    },
  );

  app.get(
    "/api/soundscape/tracks",
    {
      config: { access: "public" },
      schema: {
        operationId: "listTracks",
        summary: "List the audio files of the library that the caller may see",
        tags: ["soundscape"],
        querystring: presentQuery,
        response: {
          200: z.object({
            success: z.literal(true),
            profile: profileShape,
            tracks: z.array(trackShape),
            note: z.string(),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const input = {
        viewer: viewerOf(request.principal, config.publicReads),
        type: "audio",
        limit: MAX_TRACKS,
      };
      const [profile, { sequence, assets: found }] = await Promise.all([
        profileOf(request, reply),
        services.request(assets.requests.list, input, contextOf(request)),
      ]);
      setSequenceHeader(reply, sequence);
      const tracks = found.map(({ id, name, title, media_type, bytes }) => ({
        id,
        title: title || name,
        url: `/api/library/files/${id}/content`,
        media_type,
        bytes,
      }));
      const note =
        tracks.length > 0
          ? "audio files of the library that the caller may see, the newest first"
          : "the library has no audio file that the caller may see";
      return { success: true as const, profile, tracks, note };
    },
  );

  app.post(
    "/api/soundscape/sync",
    {
      // Changes nothing: it computes.
      config: { access: "public" },
      schema: {
        operationId: "syncSoundscape",
        summary: "Compute the sound of a phase with the present power of the cores",
        tags: ["soundscape"],
        body: syncBody,
        response: {
          200: z.object({
            success: z.literal(true),
            sync: z.object({
              visual: z.string(),
              loop: phaseSchema,
              audio: z.string(),
              ...sound,
            }),
            timestamp: z.iso.datetime(),
          }),
          ...problemResponse,
        },
      },
    },
    async ({ body }) => {
      const { loop, cores } = readModel.crystal();
      const phase = body?.loopPhase ?? loop.phase;
      const active = body?.loopPhase !== undefined || loop.active;
      const { state, base_hz, binaural_hz, intensity } = soundscapeOf({ active, phase }, cores);
      const visual = body?.visualState ?? state;
      const sync = { visual, loop: phase, audio: state, base_hz, binaural_hz, intensity };
      return { success: true as const, sync, timestamp: new Date(now()).toISOString() };
    },
  );
};

import { z } from "zod";
import type { JsonObject } from "../define/json.ts";
import { whyNotStorable } from "../define/json.ts";

/** Presets of the soundscape; a client may keep others under names of its own. */
export const SOUND_PRESETS = [
  "alpha",
  "theta",
  "gamma",
  "fibonacci",
  "solfeggio",
  "state",
] as const;

const soundscapeSchema = z
  .looseObject({
    preset: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta({
        description: `${SOUND_PRESETS.join(", ")}, or a preset of the client; \`state\` follows the system state`,
      }),
    base_hz: z.number().min(20).max(2_000).optional(),
    binaural_hz: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .meta({ description: "Difference of the frequencies of both ears" }),
    volume: z.number().min(0).max(1).optional(),
    playing: z.boolean().optional(),
    track: z
      .string()
      .max(200)
      .nullish()
      .meta({ description: "Id of an audio file, or a name of the client" }),
    profile_url: z
      .url({ protocol: /^https?$/, error: "has to be an http or https URL" })
      .max(500)
      .optional()
      .meta({
        description: "Public page with music; GET /api/soundscape/status shows the shared one",
      }),
  })
  .meta({ description: "Further members are kept" });

/**
 * Preferences as clients write them. Known members have a type; others are stored unchanged. `distil_conversations` is
 * among the others: any value is stored, and only `true` counts.
 */
export const preferenceValuesSchema = z
  .looseObject({
    theme: z.enum(["system", "light", "dark"]).optional(),
    motion: z.enum(["system", "full", "reduced"]).optional(),
    language: z
      .string()
      .max(35)
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "has to be a language tag such as en or de-AT")
      .optional(),
    alerts: z.boolean().optional().meta({ description: "Whether to show alerts as notifications" }),
    sound: z.boolean().optional().meta({ description: "Whether to play sounds" }),
    soundscape: soundscapeSchema.optional(),
  })
  .superRefine((value, context) => {
    const why = whyNotStorable(value);
    if (why) context.addIssue({ code: "custom", message: why });
  })
  .transform((value) => value as JsonObject)
  .meta({ description: "Known members have a type; further members are kept" });

import { z } from "zod";
import { ownerSchema } from "../conversations/owner.ts";
import { tokenUsageSchema } from "../inference/token-usage.ts";
import { whitepaperIdSchema, whitepaperTitleSchema } from "../whitepapers/documents.ts";

/*
 * Generations are documents beside the log, whose entries have ids and figures only: title and context are texts of an
 * account. Times are ISO 8601.
 */
const time = z.iso.datetime();
const count = z.int().min(0);

export const GENERATION_STATUSES = ["running", "complete", "failed", "cancelled"] as const;

/** About 2 to 3, 5 to 8, and 10 or more pages. */
export const GENERATION_LENGTHS = ["short", "medium", "long"] as const;
export const GENERATION_LANGUAGES = ["en", "de"] as const;

/** Maximum length of the context, in UTF-16 code units. */
export const MAX_GENERATION_CONTEXT = 16_384;

/** What an operator asks for. */
export const generationInputSchema = z.strictObject({
  title: whitepaperTitleSchema,
  /** What the paper is about, for whom, and what it has to say. */
  context: z
    .string()
    .trim()
    .min(1)
    .max(MAX_GENERATION_CONTEXT)
    .refine((context) => context.isWellFormed(), "is not well-formed Unicode"),
  length: z.enum(GENERATION_LENGTHS).default("short"),
  language: z.enum(GENERATION_LANGUAGES).default("en"),
  /** A model name as at /v1; null: the default model. */
  model: z.string().min(1).max(256).nullable().default(null),
});

export type GenerationInput = z.output<typeof generationInputSchema>;

/** Sections of the paper, once the outline is known, and those that are written. */
export const generationProgressSchema = z.object({
  sections: count,
  written: count,
  provider: z.string().max(128).nullable(),
  served_by: z.string().max(256).nullable(),
  usage: tokenUsageSchema,
  /** Null: no known price. */
  cost_usd: z.number().min(0).nullable(),
});

export type GenerationProgress = z.output<typeof generationProgressSchema>;

export const generationSchema = z.object({
  id: z.uuid(),
  owner: ownerSchema,
  status: z.enum(GENERATION_STATUSES),
  ...generationInputSchema.shape,
  ...generationProgressSchema.shape,
  started_at: time,
  ended_at: time.nullable(),
  /** The end of the lease; null: it has ended. */
  expires_at: time.nullable(),
  /** The draft that it became. */
  whitepaper_id: whitepaperIdSchema.nullable(),
  error: z.object({ code: z.string().max(64), message: z.string().max(1_000) }).nullable(),
});

export type Generation = z.output<typeof generationSchema>;

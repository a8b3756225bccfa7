import { z } from "zod";
import { tokenUsageSchema } from "../inference/token-usage.ts";

/*
 * Whitepapers belong to the system. Their texts are blobs; documents and log entries have digests. Times are ISO 8601.
 */
const time = z.iso.datetime();

/** Maximum number of whitepapers, and of versions of one. */
export const MAX_WHITEPAPERS = 1_000;
export const MAX_WHITEPAPER_VERSIONS = 500;

/** Maximum size of a Markdown text and of a PDF, in bytes. */
export const MAX_MARKDOWN_BYTES = 1024 * 1024;
export const MAX_WHITEPAPER_PDF_BYTES = 20 * 1024 * 1024;

export const whitepaperIdSchema = z.uuid();

/** Names of routes below /api/whitepapers. */
const RESERVED = new Set(["generations", "pdf"]);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The readable name in addresses. It never changes, and is not in the form of an id. */
export const whitepaperSlugSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$/,
    "a slug is 1 to 80 small letters, digits and hyphens, with no hyphen at its ends",
  )
  .refine((slug) => !RESERVED.has(slug) && !UUID.test(slug), "this slug is reserved");

/** An id or a slug: an id has the form of a slug. */
export const whitepaperRefSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$/, "has to be the id or the slug of a whitepaper");

export const whitepaperTitleSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((title) => title.isWellFormed(), "is not well-formed Unicode");

/** BCP 47 */
export const whitepaperLanguageSchema = z
  .string()
  .regex(/^[a-z]{2,3}(?:-[a-zA-Z0-9]{2,8}){0,3}$/, "a language is a tag such as en or de");

/** Operators alone see drafts. */
export const whitepaperStatusSchema = z.enum(["draft", "published"]);

export const whitepaperNoteSchema = z
  .string()
  .max(1_000)
  .refine((note) => note.isWellFormed(), "is not well-formed Unicode");

/** The model that wrote a text, and its cost; null: no known price. */
export const machineAuthorSchema = z.object({
  provider: z.string().max(128),
  model: z.string().max(256),
  usage: tokenUsageSchema,
  cost_usd: z.number().min(0).nullable(),
});

/** The text of a version, as it is written. */
export const whitepaperTextSchema = z.object({
  /** Of the text: a blob. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().min(0),
  source: z.enum(["markdown", "pdf"]),
  /** Pages of the PDF; null: not known. */
  pages: z.int().min(0).nullable(),
  /** What changed, for readers of the list of versions. */
  note: whitepaperNoteSchema,
  /** Null: people wrote the text. */
  written_by: machineAuthorSchema.nullable(),
});

export type WhitepaperText = z.output<typeof whitepaperTextSchema>;

export const whitepaperVersionSchema = whitepaperTextSchema.extend({
  whitepaper_id: whitepaperIdSchema,
  /** From 1. */
  n: z.int().min(1),
  /** Of the entry that added the version. */
  sequence: z.int().min(1),
  created_at: time,
});

export type WhitepaperVersion = z.output<typeof whitepaperVersionSchema>;

export const whitepaperSchema = z.object({
  id: whitepaperIdSchema,
  slug: whitepaperSlugSchema,
  title: whitepaperTitleSchema,
  language: whitepaperLanguageSchema,
  status: whitepaperStatusSchema,
  /** The newest version. */
  current: whitepaperVersionSchema,
  /** Of the entry with the last change: the state that an editor names. */
  sequence: z.int().min(1),
  /** Name of the platform's own text that this whitepaper follows; null: none, or somebody has edited it. */
  offer: z.string().max(64).nullable(),
  created_at: time,
  updated_at: time,
});

export type Whitepaper = z.output<typeof whitepaperSchema>;

const VERSION_DIGITS = 6;

/** The id of a version, so that the order of ids is that of versions. */
export const whitepaperVersionId = (id: string, n: number): string =>
  `${id}/${String(n).padStart(VERSION_DIGITS, "0")}`;

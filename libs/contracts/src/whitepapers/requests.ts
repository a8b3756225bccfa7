import { z } from "zod";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import {
  whitepaperIdSchema,
  whitepaperLanguageSchema,
  whitepaperRefSchema,
  whitepaperSchema,
  whitepaperSlugSchema,
  whitepaperStatusSchema,
  whitepaperTextSchema,
  whitepaperTitleSchema,
  whitepaperVersionSchema,
} from "./documents.ts";

const whitepaper = z.object({ ...sequenced, whitepaper: whitepaperSchema });

/** Sequences of the whitepaper that an editor has seen; null: any. `precondition_failed`: it has another one. */
const expected = z.array(z.int().min(1)).max(100).nullable();

const offered = z.object({
  name: z.string().max(64),
  slug: whitepaperSlugSchema,
  title: whitepaperTitleSchema,
  language: whitepaperLanguageSchema,
  text: whitepaperTextSchema,
});

export const requests = {
  /** Whitepapers by title. */
  list: defineRequest({
    subject: "vega.state.whitepapers.list",
    callers: ["gateway"],
    input: z.object({ drafts: z.boolean() }),
    output: z.object({ ...sequenced, whitepapers: z.array(whitepaperSchema) }),
    errors: [],
  }),

  /** A whitepaper with all its versions, the oldest first. */
  get: defineRequest({
    subject: "vega.state.whitepapers.get",
    callers: ["gateway"],
    input: z.object({ ref: whitepaperRefSchema }),
    output: z.object({
      ...sequenced,
      whitepaper: whitepaperSchema,
      versions: z.array(whitepaperVersionSchema),
    }),
    errors: ["not_found"],
  }),

  /** Without a slug, the title gives it. `conflict`: another whitepaper has the slug. */
  create: defineRequest({
    subject: "vega.state.whitepapers.create",
    callers: ["gateway"],
    input: z.object({
      slug: whitepaperSlugSchema.optional(),
      title: whitepaperTitleSchema,
      language: whitepaperLanguageSchema,
      status: whitepaperStatusSchema,
      text: whitepaperTextSchema,
    }),
    output: whitepaper,
    errors: ["conflict", "limit_exceeded"],
  }),

  /** Absent members stay as they are. A text that is the current one adds no version. */
  update: defineRequest({
    subject: "vega.state.whitepapers.update",
    callers: ["gateway"],
    input: z.object({
      id: whitepaperIdSchema,
      expected,
      title: whitepaperTitleSchema.optional(),
      language: whitepaperLanguageSchema.optional(),
      status: whitepaperStatusSchema.optional(),
      text: whitepaperTextSchema.optional(),
    }),
    output: whitepaper,
    errors: ["limit_exceeded", "not_found", "precondition_failed"],
  }),

  remove: defineRequest({
    subject: "vega.state.whitepapers.remove",
    callers: ["gateway"],
    input: z.object({ id: whitepaperIdSchema, expected }),
    output: z.object(sequenced),
    errors: ["not_found", "precondition_failed"],
  }),

  /**
   * The platform's own texts that were offered, also of removed ones. `follows`: the whitepaper takes a newer text, since
   * nobody has edited or removed it.
   */
  listOffers: defineRequest({
    subject: "vega.state.whitepapers.offers",
    callers: ["gateway"],
    input: z.object({}),
    output: z.object({
      ...sequenced,
      offers: z.array(z.object({ name: z.string(), sha256: z.string(), follows: z.boolean() })),
    }),
    errors: [],
  }),

  /**
   * Offers a text of the platform: creates its whitepaper once, and adds a version where nobody has edited it. One that
   * was removed stays removed. `changed`: whether anything was written.
   */
  offer: defineRequest({
    subject: "vega.state.whitepapers.offer",
    callers: ["gateway"],
    input: offered,
    output: z.object({ ...sequenced, changed: z.boolean() }),
    errors: ["limit_exceeded"],
  }),
};

import { z } from "zod";
import { defineCollection, ownedBySystem } from "../define/collection.ts";
import { whitepaperIdSchema, whitepaperSchema, whitepaperVersionSchema } from "./documents.ts";

export const collections = {
  whitepapers: defineCollection({ schema: whitepaperSchema, indexes: [], owner: ownedBySystem }),
  /** `<whitepaper>/<version>` */
  whitepaper_versions: defineCollection({
    schema: whitepaperVersionSchema,
    indexes: [],
    owner: ownedBySystem,
    blobs: ({ sha256 }) => [sha256],
  }),
  /** Under the slug. */
  whitepaper_slugs: defineCollection({
    schema: z.object({ whitepaper_id: whitepaperIdSchema }),
    indexes: [],
    owner: ownedBySystem,
  }),
  /** The platform's own texts that were offered, under their names; kept when the whitepaper is removed. */
  whitepaper_offers: defineCollection({
    schema: z.object({
      whitepaper_id: whitepaperIdSchema,
      /** Digest of the text that was offered last. */
      sha256: z.string(),
    }),
    indexes: [],
    owner: ownedBySystem,
  }),
};

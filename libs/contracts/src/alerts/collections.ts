import { z } from "zod";
import { defineCollection, ownedBySystem } from "../define/collection.ts";
import { alertSchema } from "./documents.ts";

export const collections = {
  /** The newest alert of each key. */
  alerts: defineCollection({
    schema: alertSchema.extend({ raised_at: z.iso.datetime() }),
    indexes: [],
    owner: ownedBySystem,
  }),
};

import { defineCollection, ownedBySystem } from "../define/collection.ts";
import { thinnedSchema } from "./documents.ts";

export const collections = {
  /** Compacted ranges of the log, see `thinnedId`. */
  log_gaps: defineCollection({ schema: thinnedSchema, indexes: [], owner: ownedBySystem }),
};

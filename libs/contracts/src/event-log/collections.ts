import { z } from "zod";
import { defineCollection, ownedBySystem } from "../define/collection.ts";
import { thinnedSchema } from "./documents.ts";

export const collections = {
  /** Compacted ranges of the log, see `thinnedId`. */
  log_gaps: defineCollection({ schema: thinnedSchema, indexes: [], owner: ownedBySystem }),
  /** The last sequence by second of the clock, while the clock is behind the log's time; see last-until.ts. */
  log_clocks: defineCollection({
    schema: z.object({ sequence: z.int().min(1) }),
    indexes: [],
    owner: ownedBySystem,
  }),
};

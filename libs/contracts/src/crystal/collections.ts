import { z } from "zod";
import { defineCollection, ownedBySystem } from "../define/collection.ts";
import { coreSchema } from "./documents.ts";

export const collections = {
  /** `meta`, `loop`, `phases`, `analytics`, `visits`, `extra`: one document with a shape of its own each. */
  system_state: defineCollection({ schema: z.looseObject({}), indexes: [], owner: ownedBySystem }),
  cores: defineCollection({ schema: coreSchema, indexes: [], owner: ownedBySystem }),
};

import { defineCollection, ownedBySystem } from "../define/collection.ts";
import { errorGroupSchema } from "./documents.ts";

export const collections = {
  errors: defineCollection({ schema: errorGroupSchema, indexes: [], owner: ownedBySystem }),
};

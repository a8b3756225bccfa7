import { defineCollection, ownedBySystem } from "../define/collection.ts";
import { moduleSchema } from "./documents.ts";

export const collections = {
  modules: defineCollection({ schema: moduleSchema, indexes: [], owner: ownedBySystem }),
};

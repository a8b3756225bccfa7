import { defineCollection, ownedBySystem } from "../define/collection.ts";
import { signingKeySchema } from "./documents.ts";

export const collections = {
  signing_keys: defineCollection({ schema: signingKeySchema, indexes: [], owner: ownedBySystem }),
};

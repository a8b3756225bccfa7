import { z } from "zod";
import { defineCollection, ownedById, ownedBySystem } from "../define/collection.ts";
import { preferencesSchema, sharedPreferencesSchema } from "./documents.ts";

const sameId = (userId: string): string => userId;

export const collections = {
  preferences: defineCollection({
    schema: preferencesSchema,
    indexes: [],
    owner: ownedById(sameId, {
      name: "preferences",
      limit: 1,
      order: "first",
      beyond: "cut",
      show: ([document]) => document?.body["value"] ?? null,
    }),
  }),
  shared_preferences: defineCollection({
    schema: sharedPreferencesSchema,
    indexes: [],
    owner: ownedBySystem,
  }),
  /** Accounts that allow distilling: an index over preferences. */
  distilling: defineCollection({
    schema: z.object({ user_id: z.string() }),
    indexes: [],
    owner: ownedById(sameId, null),
  }),
};

import { defineCollection, ownedByPrefix, showWithout } from "../define/collection.ts";
import { ownedId } from "../users/user-id.ts";
import { apiKeySchema } from "./documents.ts";

export const collections = {
  api_keys: defineCollection({
    schema: apiKeySchema,
    indexes: [{ field: "expires_at", sparse: true }],
    owner: ownedByPrefix((userId) => ownedId(userId, ""), {
      name: "api_keys",
      limit: 10_000,
      order: "first",
      beyond: "cut",
      show: showWithout("secret_hash"),
    }),
  }),
};

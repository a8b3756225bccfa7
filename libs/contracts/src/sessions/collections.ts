import { defineCollection, ownedByPrefix, showWithout } from "../define/collection.ts";
import { ownedId } from "../users/user-id.ts";
import { sessionSchema } from "./documents.ts";

export const collections = {
  sessions: defineCollection({
    schema: sessionSchema,
    indexes: [{ field: "expires_at", sparse: false }],
    owner: ownedByPrefix((userId) => ownedId(userId, ""), {
      name: "sessions",
      limit: 10_000,
      order: "first",
      beyond: "cut",
      show: showWithout("family_hash", "refresh_hash"),
    }),
  }),
};

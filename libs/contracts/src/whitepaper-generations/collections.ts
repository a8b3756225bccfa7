import { defineCollection, ownedByPrefix, showWithout } from "../define/collection.ts";
import { ownedId } from "../users/user-id.ts";
import { generationSchema } from "./documents.ts";

export const collections = {
  /** `<owner>/<id>`; ids are in the order of their start. */
  whitepaper_generations: defineCollection({
    schema: generationSchema,
    indexes: [{ field: "expires_at", sparse: true }],
    owner: ownedByPrefix((userId) => ownedId(userId, ""), {
      name: "whitepaper_generations",
      limit: 200,
      order: "last",
      beyond: "cut",
      show: showWithout("owner"),
    }),
  }),
};

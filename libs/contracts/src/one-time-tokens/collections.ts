import { defineCollection, ownedThrough } from "../define/collection.ts";
import { oneTimeTokenSchema } from "./documents.ts";

export const collections = {
  one_time_tokens: defineCollection({
    schema: oneTimeTokenSchema,
    indexes: [{ field: "expires_at", sparse: false }],
    owner: ownedThrough("account_index", ({ body: { password_reset } }) =>
      typeof password_reset === "string" ? [password_reset] : [],
    ),
  }),
};

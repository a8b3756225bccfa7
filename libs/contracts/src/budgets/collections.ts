import { apiKeySchema } from "../api-keys/documents.ts";
import { defineCollection, ownedById, ownedThrough, showOneWithout } from "../define/collection.ts";
import { budgetSchema } from "./documents.ts";

export const collections = {
  /** `<scope>/<id>` */
  budgets: defineCollection({
    schema: budgetSchema,
    indexes: [],
    owner: [
      ownedById((userId) => `user/${userId}`, {
        name: "budget",
        limit: 1,
        order: "first",
        beyond: "cut",
        show: showOneWithout(),
      }),
      ownedThrough("api_keys", ({ body }) => [`key/${apiKeySchema.parse(body).id}`]),
    ],
  }),
};

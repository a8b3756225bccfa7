import { z } from "zod";
import {
  defineCollection,
  ownedById,
  ownedBySystem,
  ownedThrough,
  showOneWithout,
} from "../define/collection.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { emailKey, nameClaimSchema, usernameKey, userSchema } from "./documents.ts";

const accountIndexSchema = z.object({
  /** Ids, in the order in which they were opened or created. */
  sessions: z.array(z.string()),
  api_keys: z.array(z.string()),
  /** Id of the password reset link, where there is one. */
  password_reset: z.string().nullable(),
});

const sameId = (userId: string): string => userId;

export const collections = {
  users: defineCollection({
    schema: userSchema,
    indexes: [],
    owner: ownedById(sameId, {
      name: "account",
      limit: 1,
      order: "first",
      beyond: "cut",
      show: showOneWithout("password_hash", "security_stamp"),
    }),
  }),
  /** Usernames in use, by their key. */
  usernames: defineCollection({
    schema: nameClaimSchema,
    indexes: [],
    owner: ownedThrough("users", ({ body }) => [usernameKey(userSchema.parse(body).username)]),
  }),
  /** Email addresses in use, by their key. */
  emails: defineCollection({
    schema: nameClaimSchema,
    indexes: [],
    owner: ownedThrough("users", ({ body }) => {
      const { email } = userSchema.parse(body);
      return email === null ? [] : [emailKey(email)];
    }),
  }),
  /**
   * Lists of ids over all accounts, since a decision can't search. `admins`: administrators that are not disabled.
   * `erasing`: erased accounts of which residual data may be left. `signing_keys`: the newest last.
   */
  account_facts: defineCollection({
    schema: z.object({ ids: z.array(z.string()) }),
    indexes: [],
    owner: ownedBySystem,
  }),
  /** Ids of an account's sessions, keys and links: a decision that ends all of them must not miss a new one. */
  account_index: defineCollection({
    schema: accountIndexSchema,
    indexes: [],
    owner: ownedById(sameId, null),
  }),
  /** Secrets of the system. The log has their digests only, so no reader of the log or the bus sees them. */
  credentials: defineCollection({
    schema: z.object({ value: jsonObjectSchema }),
    indexes: [],
    owner: ownedBySystem,
  }),
};

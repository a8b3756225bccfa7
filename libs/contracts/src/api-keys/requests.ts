import { z } from "zod";
import { apiKeySchema, publicApiKeySchema } from "./documents.ts";
import { instantSchema } from "../define/instant.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { publicUserSchema, userSchema } from "../users/documents.ts";
import { userIdSchema } from "../users/user-id.ts";

export const requests = {
  /** Creates a key; only this reply shows its text. `forbidden`: a scope beyond the owner's role. */
  create: defineRequest({
    subject: "vega.auth.keys.create",
    callers: ["gateway"],
    input: z.object({
      user_id: userIdSchema,
      ...apiKeySchema.pick({ name: true, scopes: true }).shape,
      expires_at: instantSchema.nullish(),
    }),
    output: z.object({ ...sequenced, key: publicApiKeySchema, secret: z.string() }),
    errors: ["invalid", "forbidden", "limit_exceeded", "not_found"],
  }),

  list: defineRequest({
    subject: "vega.auth.keys.list",
    callers: ["gateway"],
    input: z.object({ user_id: userIdSchema }),
    output: z.object({ ...sequenced, keys: z.array(publicApiKeySchema) }),
    errors: [],
  }),

  revoke: defineRequest({
    subject: "vega.auth.keys.revoke",
    callers: ["gateway"],
    input: z.object({ user_id: userIdSchema, key_id: z.uuid() }),
    output: z.object(sequenced),
    errors: ["not_found"],
  }),

  /** The owner and scopes of a key; `unauthorized`: the key is not valid. */
  verify: defineRequest({
    subject: "vega.auth.keys.verify",
    callers: ["gateway"],
    input: z.object({ secret: z.string().max(256) }),
    output: z.object({ ...sequenced, key: publicApiKeySchema, user: publicUserSchema }),
    errors: ["unauthorized"],
  }),

  /** `limit_exceeded`: an account has at most 100 keys. */
  createDocument: defineRequest({
    subject: "vega.state.keys.create",
    callers: ["auth"],
    input: z.object({ key: apiKeySchema.omit({ created_at: true }) }),
    output: z.object({ ...sequenced, key: apiKeySchema }),
    errors: ["limit_exceeded", "not_found"],
  }),

  revokeDocument: defineRequest({
    subject: "vega.state.keys.revoke",
    callers: ["auth"],
    input: z.object({ user_id: userIdSchema, key_id: z.uuid() }),
    output: z.object(sequenced),
    errors: ["not_found"],
  }),

  listDocuments: defineRequest({
    subject: "vega.state.keys.list",
    callers: ["auth"],
    input: z.object({ user_id: userIdSchema }),
    output: z.object({ ...sequenced, keys: z.array(apiKeySchema) }),
    errors: [],
  }),

  /** A key and its owner; null: the key does not exist or has expired, or the owner is disabled. */
  find: defineRequest({
    subject: "vega.state.keys.find",
    callers: ["auth"],
    input: z.object({ user_id: userIdSchema, key_id: z.uuid() }),
    output: z.object({
      ...sequenced,
      found: z.object({ key: apiKeySchema, user: userSchema }).nullable(),
    }),
    errors: [],
  }),
};

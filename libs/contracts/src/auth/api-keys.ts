import { z } from "zod";
import { defineRequest } from "../define.ts";
import { instantSchema } from "../instant.ts";
import { sequenced } from "../sequenced.ts";
import { apiKeySchema, userIdSchema } from "../state/accounts/documents.ts";
import { publicUserSchema } from "./accounts.ts";

/** What an API key's text begins with, by which it is told from an access token. */
export const API_KEY_PREFIX = "vega_";

export const publicApiKeySchema = apiKeySchema.omit({ secret_hash: true, user_id: true });

/** Makes a key; its text is shown here and never again. `forbidden`: a scope that the owner's role does not have. */
export const createApiKey = defineRequest({
  subject: "vega.auth.keys.create",
  input: z.object({
    user_id: userIdSchema,
    ...apiKeySchema.pick({ name: true, scopes: true }).shape,
    expires_at: instantSchema.nullish(),
  }),
  output: z.object({ ...sequenced, key: publicApiKeySchema, secret: z.string() }),
  errors: ["invalid", "forbidden", "limit_exceeded", "not_found"],
});

export const listApiKeys = defineRequest({
  subject: "vega.auth.keys.list",
  input: z.object({ user_id: userIdSchema }),
  output: z.object({ ...sequenced, keys: z.array(publicApiKeySchema) }),
  errors: [],
});

export const revokeApiKey = defineRequest({
  subject: "vega.auth.keys.revoke",
  input: z.object({ user_id: userIdSchema, key_id: z.uuid() }),
  output: z.object(sequenced),
  errors: ["not_found"],
});

/** Whose key a text is; `unauthorized` where it is nobody's now. */
export const verifyApiKey = defineRequest({
  subject: "vega.auth.keys.verify",
  input: z.object({ secret: z.string().max(256) }),
  output: z.object({ ...sequenced, key: publicApiKeySchema, user: publicUserSchema }),
  errors: ["unauthorized"],
});

import { z } from "zod";
import { scopeSchema } from "../access/permissions.ts";
import { userIdSchema } from "../users/user-id.ts";

/** Prefix of an API key's text, which distinguishes it from an access token. */
export const API_KEY_PREFIX = "vega_";

const time = z.iso.datetime();

export const apiKeySchema = z.object({
  id: z.uuid(),
  user_id: userIdSchema,
  name: z.string().min(1).max(64),
  /** SHA-256, hex. */
  secret_hash: z.string(),
  scopes: z.array(scopeSchema).min(1),
  created_at: time,
  expires_at: time.nullable(),
});

export const publicApiKeySchema = apiKeySchema.omit({ secret_hash: true, user_id: true });

export type ApiKey = z.infer<typeof apiKeySchema>;

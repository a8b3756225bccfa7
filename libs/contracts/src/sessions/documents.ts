import { z } from "zod";
import { publicUserSchema } from "../users/documents.ts";
import { userIdSchema } from "../users/user-id.ts";

/** The result of a login or a refresh. Tokens are shown once; `expires_in` and `max_age` are seconds. */
export const grantSchema = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.int(),
  refresh_token: z.string(),
  user: publicUserSchema,
});

export type Grant = z.infer<typeof grantSchema>;

const time = z.iso.datetime();

/**
 * A session and its family of refresh tokens. A token has the secret of the family and its own: a valid family secret
 * with a wrong own secret is a reused token.
 */
export const sessionSchema = z.object({
  id: z.uuid(),
  user_id: userIdSchema,
  created_at: time,
  last_used_at: time,
  expires_at: time,
  address: z.string().nullable(),
  user_agent: z.string().nullable(),
  /** SHA-256, hex. */
  family_hash: z.string(),
  refresh_hash: z.string(),
  /** Number of refreshes. */
  generation: z.int().min(0),
});

export const publicSessionSchema = sessionSchema.pick({
  id: true,
  created_at: true,
  last_used_at: true,
  expires_at: true,
  address: true,
  user_agent: true,
});

export type Session = z.infer<typeof sessionSchema>;

export const SESSION_ENDS = [
  "logout",
  "ended",
  "reuse",
  "expired",
  "password_changed",
  "disabled",
  "erased",
] as const;

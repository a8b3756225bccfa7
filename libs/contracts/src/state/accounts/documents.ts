import { z } from "zod";
import { roleSchema, scopeSchema } from "../../auth/permissions.ts";
import { publicJwkSchema } from "../../auth/tokens.ts";
import { jsonObjectSchema } from "../../json.ts";

/*
 * Accounts as state keeps them. They lie beside the log, never in it: entries name a person by id only, so that
 * everything personal can be erased. Times are ISO 8601.
 */

const time = z.iso.datetime();
export const userIdSchema = z.uuid();

export const usernameSchema = z
  .string()
  .regex(
    // No "@": it could be another's email address.
    /^[\p{L}\p{N}](?:[\p{L}\p{N}_.-]{0,62}[\p{L}\p{N}_])?$/u,
    "a username is 1 to 64 letters, digits and _ . -, starting with a letter or digit",
  )
  .meta({ example: "ada" });

/** Under what a username is looked up: `Ada` and `ada`, also in another Unicode form, are one account. */
export const usernameKey = (username: string): string => username.normalize("NFKC").toLowerCase();

export const emailSchema = z.email("an email address looks like name@example.org").max(254);
export const emailKey = (email: string): string => email.normalize("NFKC").toLowerCase();

export const userSchema = z.object({
  id: userIdSchema,
  username: usernameSchema,
  email: emailSchema.nullable(),
  /** bcrypt; null where no password was set yet. */
  password_hash: z.string().nullable(),
  role: roleSchema,
  disabled: z.boolean(),
  created_at: time,
  updated_at: time,
  /** Also the version of the password: a login that was checked against an older one does not count. */
  password_changed_at: time,
  /**
   * Changes when authority of the account ends: a new password, disabling, a lower role. What was issued with another
   * stamp is void. Absent where it never changed; `created_at` stands for it then.
   */
  security_stamp: time.optional(),
});
export type User = z.infer<typeof userSchema>;

/** Names in use: the document's id is the key, so that two accounts can't have one. */
export const nameClaimSchema = z.object({ user_id: userIdSchema });

/**
 * A session, with its family of refresh tokens. A token holds the family's secret and its own: the family's right
 * and its own wrong is an old one used again.
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
export type Session = z.infer<typeof sessionSchema>;

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
export type ApiKey = z.infer<typeof apiKeySchema>;

/** Ids of sessions and keys start with their owner's, so that one look finds all of an account. */
export const ownedId = (userId: string, id: string): string => `${userId}/${id}`;

/** What a one-time link is for; the document's id is the SHA-256 of the link's secret, hex. */
export const oneTimeTokenSchema = z.object({
  purpose: z.enum(["invite", "password_reset"]),
  /** Whose password; null for an invitation. */
  user_id: userIdSchema.nullable(),
  /** What an invited one will be; null otherwise. */
  role: roleSchema.nullable(),
  /**
   * The account that issued it and the account's security stamp at that time. Absent where no account did (the admin
   * token), and in documents of older versions.
   */
  issued_by: z.object({ user_id: userIdSchema, security_stamp: time }).optional(),
  created_at: time,
  expires_at: time,
});
export type OneTimeToken = z.infer<typeof oneTimeTokenSchema>;

/** What a user has set; the value is theirs. */
export const preferencesSchema = z.object({
  user_id: userIdSchema,
  value: jsonObjectSchema,
  updated_at: time,
});
export type Preferences = z.infer<typeof preferencesSchema>;

export const signingKeySchema = z.object({
  kid: z.string(),
  public_jwk: publicJwkSchema,
  /** The private key, encrypted under VEGA_SECRET: who reads the database alone can't sign. */
  sealed: z.string(),
  created_at: time,
});
export type SigningKey = z.infer<typeof signingKeySchema>;

import { z } from "zod";
import { roleSchema } from "../access/permissions.ts";
import { userIdSchema } from "./user-id.ts";

/*
 * Accounts are documents beside the log. Log entries name a person by id only, so that personal data can be erased.
 * Times are ISO 8601.
 */
const time = z.iso.datetime();

export const usernameSchema = z
  .string()
  .regex(
    // No "@": a username must not look like an email address.
    /^[\p{L}\p{N}](?:[\p{L}\p{N}_.-]{0,62}[\p{L}\p{N}_])?$/u,
    "a username is 1 to 64 letters, digits and _ . -, starting with a letter or digit",
  )
  .meta({ example: "ada" });

export const emailSchema = z.email("an email address looks like name@example.org").max(254);

export const userSchema = z.object({
  id: userIdSchema,
  username: usernameSchema,
  email: emailSchema.nullable(),
  /** bcrypt; null: no password yet. */
  password_hash: z.string().nullable(),
  role: roleSchema,
  disabled: z.boolean(),
  created_at: time,
  updated_at: time,
  /** Also the version of the password: a login verified against an older version is refused. */
  password_changed_at: time,
  /**
   * Changes when authority of the account ends: a new password, disabling, a lower role. What was issued with another
   * stamp is void. Absent where it never changed; `created_at` stands for it then.
   */
  security_stamp: time.optional(),
});

/** The public part of an account. */
export const publicUserSchema = userSchema.omit({
  password_hash: true,
  password_changed_at: true,
  security_stamp: true,
});

export type PublicUser = z.infer<typeof publicUserSchema>;

/** bcrypt ignores bytes after the 72nd, so longer passwords are rejected. */
export const MAX_PASSWORD_BYTES = 72;

export const MIN_PASSWORD_LENGTH = 8;

/** A password at login: any text. Rules for new passwords are auth's. */
export const passwordSchema = z.string().min(1).max(1_024);

/** Values of VEGA_REGISTRATION. */
export const REGISTRATIONS = ["open", "invite", "closed"] as const;

/** Lookup key of a username: case and Unicode form do not matter. */
export const usernameKey = (username: string): string => username.normalize("NFKC").toLowerCase();

export const emailKey = (email: string): string => email.normalize("NFKC").toLowerCase();

export type User = z.infer<typeof userSchema>;

/** A claimed name. The document's id is the name's key, which makes it unique. */
export const nameClaimSchema = z.object({ user_id: userIdSchema });

import { z } from "zod";
import { roleSchema } from "../access/permissions.ts";
import { userIdSchema } from "./user-id.ts";

/*
 * Accounts as state keeps them. They lie beside the log, never in it: entries name a person by id only, so that
 * everything personal can be erased. Times are ISO 8601.
 */
const time = z.iso.datetime();

export const usernameSchema = z
  .string()
  .regex(
    // No "@": it could be another's email address.
    /^[\p{L}\p{N}](?:[\p{L}\p{N}_.-]{0,62}[\p{L}\p{N}_])?$/u,
    "a username is 1 to 64 letters, digits and _ . -, starting with a letter or digit",
  )
  .meta({ example: "ada" });

export const emailSchema = z.email("an email address looks like name@example.org").max(254);

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

/* What the gateway asks of auth about accounts. */

/** What others may see of an account. */
export const publicUserSchema = userSchema.omit({
  password_hash: true,
  password_changed_at: true,
  security_stamp: true,
});

export type PublicUser = z.infer<typeof publicUserSchema>;

/** bcrypt looks at 72 bytes only, so a longer password is refused, not cut. */
export const MAX_PASSWORD_BYTES = 72;

export const MIN_PASSWORD_LENGTH = 8;

/** A password as it is typed at a login: any text. What a new one must be is auth's to say. */
export const passwordSchema = z.string().min(1).max(1_024);

/** How a person may come to an account, VEGA_REGISTRATION. */
export const REGISTRATIONS = ["open", "invite", "closed"] as const;

/** Under what a username is looked up: `Ada` and `ada`, also in another Unicode form, are one account. */
export const usernameKey = (username: string): string => username.normalize("NFKC").toLowerCase();

export const emailKey = (email: string): string => email.normalize("NFKC").toLowerCase();

export type User = z.infer<typeof userSchema>;

/** Names in use: the document's id is the key, so that two accounts can't have one. */
export const nameClaimSchema = z.object({ user_id: userIdSchema });

/** The largest preferences, in UTF-8 bytes of their JSON. */
export const MAX_PREFERENCES_BYTES = 16 * 1024;

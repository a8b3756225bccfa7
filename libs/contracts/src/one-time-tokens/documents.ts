import { z } from "zod";
import { roleSchema } from "../access/permissions.ts";
import { userIdSchema } from "../users/user-id.ts";

/*
 * Accounts as state keeps them. They lie beside the log, never in it: entries name a person by id only, so that
 * everything personal can be erased. Times are ISO 8601.
 */
const time = z.iso.datetime();

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

import { z } from "zod";
import { roleSchema } from "../access/permissions.ts";
import { userIdSchema } from "../users/user-id.ts";

const time = z.iso.datetime();

/** A one-time link. The document's id is the SHA-256 of the link's secret, hex. */
export const oneTimeTokenSchema = z.object({
  purpose: z.enum(["invite", "password_reset"]),
  /** The account whose password it resets; null for an invitation. */
  user_id: userIdSchema.nullable(),
  /** The role of an invited account; null otherwise. */
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

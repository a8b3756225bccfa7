import { z } from "zod";
import { defineRequest } from "../define.ts";
import { jsonObjectSchema } from "../json.ts";
import { sequenced } from "../sequenced.ts";
import {
  emailSchema,
  userIdSchema,
  userSchema,
  usernameSchema,
} from "../state/accounts/documents.ts";
import { roleSchema } from "./permissions.ts";

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

/**
 * Makes an account for whoever asks. `forbidden`: registration is closed, or needs an invitation. `invalid`: the
 * password is too short, too long or a common one. `not_found`: no such invitation, or its time is over.
 */
export const register = defineRequest({
  subject: "vega.auth.accounts.register",
  input: z.object({
    username: usernameSchema,
    password: passwordSchema,
    email: emailSchema.nullish(),
    invite: z.string().max(256).nullish(),
  }),
  output: z.object({ ...sequenced, user: publicUserSchema }),
  errors: ["invalid", "forbidden", "conflict", "not_found", "rate_limited"],
  timeoutMs: 15_000,
});

export const getAccount = defineRequest({
  subject: "vega.auth.accounts.get",
  input: z.object({ user_id: userIdSchema }),
  output: z.object({ ...sequenced, user: publicUserSchema }),
  errors: ["not_found"],
});

/** `unauthorized`: the current password is not that. Ends all other sessions. */
export const changePassword = defineRequest({
  subject: "vega.auth.accounts.change-password",
  input: z.object({
    user_id: userIdSchema,
    session_id: z.uuid(),
    current_password: passwordSchema,
    new_password: passwordSchema,
  }),
  output: z.object(sequenced),
  errors: ["invalid", "unauthorized", "conflict", "rate_limited"],
  timeoutMs: 15_000,
});

/** Sends a one-time link where there is such an account and mail can be sent. Answers the same in every case. */
export const requestPasswordReset = defineRequest({
  subject: "vega.auth.accounts.request-reset",
  input: z.object({ username_or_email: z.string().min(1).max(320) }),
  output: z.object(sequenced),
  errors: ["rate_limited"],
});

/**
 * Makes a one-time link's secret for an administrator to hand over. `forbidden`: the administrator has lost the
 * authority meanwhile.
 */
export const issuePasswordReset = defineRequest({
  subject: "vega.auth.accounts.issue-reset",
  input: z.object({ user_id: userIdSchema }),
  output: z.object({ ...sequenced, token: z.string(), expires_at: z.iso.datetime() }),
  errors: ["forbidden", "not_found"],
});

export const completePasswordReset = defineRequest({
  subject: "vega.auth.accounts.reset-password",
  input: z.object({ token: z.string().max(256), new_password: passwordSchema }),
  output: z.object(sequenced),
  errors: ["invalid", "not_found", "rate_limited"],
  timeoutMs: 15_000,
});

/** Everything kept of one's account. */
export const exportAccount = defineRequest({
  subject: "vega.auth.accounts.export",
  input: z.object({ user_id: userIdSchema }),
  output: z.object({ ...sequenced, data: jsonObjectSchema }),
  errors: ["not_found", "too_large"],
  timeoutMs: 20_000,
});

/** Erases one's account. `unauthorized`: the password is not that. */
export const deleteAccount = defineRequest({
  subject: "vega.auth.accounts.delete",
  input: z.object({ user_id: userIdSchema, password: passwordSchema }),
  output: z.object(sequenced),
  errors: ["unauthorized", "conflict", "rate_limited"],
  timeoutMs: 40_000,
});

export const listUsers = defineRequest({
  subject: "vega.auth.users.list",
  input: z.object({
    after: userIdSchema.nullish(),
    limit: z.int().min(1).max(200).default(100),
  }),
  output: z.object({
    ...sequenced,
    users: z.array(publicUserSchema),
    next_after: userIdSchema.nullable(),
  }),
  errors: [],
});

/** An administrator makes an account. Without a password its owner gets in by a reset link. */
export const createAccount = defineRequest({
  subject: "vega.auth.users.create",
  input: z.object({
    username: usernameSchema,
    password: passwordSchema.nullish(),
    email: emailSchema.nullish(),
    role: roleSchema.default("user"),
  }),
  output: z.object({ ...sequenced, user: publicUserSchema }),
  errors: ["invalid", "conflict"],
  timeoutMs: 15_000,
});

/** `conflict`: it would leave no administrator. */
export const changeAccount = defineRequest({
  subject: "vega.auth.users.change",
  input: z.object({
    user_id: userIdSchema,
    role: roleSchema.optional(),
    disabled: z.boolean().optional(),
    email: emailSchema.nullable().optional(),
  }),
  output: z.object({ ...sequenced, user: publicUserSchema }),
  errors: ["not_found", "conflict"],
});

/** An administrator erases an account of another. */
export const eraseAccount = defineRequest({
  subject: "vega.auth.users.erase",
  input: z.object({ user_id: userIdSchema }),
  output: z.object(sequenced),
  errors: ["not_found", "conflict"],
  timeoutMs: 40_000,
});

/** Makes an invitation. `forbidden`: the administrator has lost the authority meanwhile. */
export const createInvite = defineRequest({
  subject: "vega.auth.users.invite",
  input: z.object({ role: roleSchema.default("user") }),
  output: z.object({ ...sequenced, invite: z.string(), expires_at: z.iso.datetime() }),
  errors: ["forbidden"],
});

import { z } from "zod";
import { roleSchema } from "../access/permissions.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import {
  emailSchema,
  passwordSchema,
  publicUserSchema,
  userSchema,
  usernameSchema,
} from "./documents.ts";
import { userIdSchema } from "./user-id.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const requests = {
  /**
   * Registers an account. `forbidden`: registration is closed, or needs an invitation. `invalid`: the password is too
   * short, too long or too common. `not_found`: the invitation does not exist or has expired.
   */
  register: defineRequest({
    subject: "vega.auth.accounts.register",
    callers: ["gateway"],
    input: z.object({
      username: usernameSchema,
      password: passwordSchema,
      email: emailSchema.nullish(),
      invite: z.string().max(256).nullish(),
    }),
    output: z.object({ ...sequenced, user: publicUserSchema }),
    errors: ["invalid", "forbidden", "conflict", "not_found", "rate_limited"],
    timeoutMs: 15_000,
  }),

  get: defineRequest({
    subject: "vega.auth.accounts.get",
    callers: ["gateway"],
    input: z.object({ user_id: userIdSchema }),
    output: z.object({ ...sequenced, user: publicUserSchema }),
    errors: ["not_found"],
  }),

  /** Ends all other sessions. `unauthorized`: the current password is wrong. */
  changePassword: defineRequest({
    subject: "vega.auth.accounts.change-password",
    callers: ["gateway"],
    input: z.object({
      user_id: userIdSchema,
      session_id: z.uuid(),
      current_password: passwordSchema,
      new_password: passwordSchema,
    }),
    output: z.object(sequenced),
    errors: ["invalid", "unauthorized", "conflict", "rate_limited"],
    timeoutMs: 15_000,
  }),

  /** Mails a one-time link if the account exists and mail is configured. The reply is the same in every case. */
  requestPasswordReset: defineRequest({
    subject: "vega.auth.accounts.request-reset",
    callers: ["gateway"],
    input: z.object({ username_or_email: z.string().min(1).max(320) }),
    output: z.object(sequenced),
    errors: ["rate_limited"],
  }),

  /**
   * Creates the secret of a one-time link that an administrator hands over. `forbidden`: the administrator has lost the
   * authority meanwhile.
   */
  issuePasswordReset: defineRequest({
    subject: "vega.auth.accounts.issue-reset",
    callers: ["gateway"],
    input: z.object({ user_id: userIdSchema }),
    output: z.object({ ...sequenced, token: z.string(), expires_at: z.iso.datetime() }),
    errors: ["forbidden", "not_found"],
  }),

  completePasswordReset: defineRequest({
    subject: "vega.auth.accounts.reset-password",
    callers: ["gateway"],
    input: z.object({ token: z.string().max(256), new_password: passwordSchema }),
    output: z.object(sequenced),
    errors: ["invalid", "not_found", "rate_limited"],
    timeoutMs: 15_000,
  }),

  /** Export of one's own account. */
  export: defineRequest({
    subject: "vega.auth.accounts.export",
    callers: ["gateway"],
    input: z.object({ user_id: userIdSchema }),
    output: z.object({ ...sequenced, data: jsonObjectSchema }),
    errors: ["not_found", "too_large"],
    timeoutMs: 20_000,
  }),

  /** Erases one's own account. `unauthorized`: the password is wrong. */
  deleteOwn: defineRequest({
    subject: "vega.auth.accounts.delete",
    callers: ["gateway"],
    input: z.object({ user_id: userIdSchema, password: passwordSchema }),
    output: z.object(sequenced),
    errors: ["unauthorized", "conflict", "rate_limited"],
    timeoutMs: 40_000,
  }),

  list: defineRequest({
    subject: "vega.auth.users.list",
    callers: ["gateway"],
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
  }),

  /** An administrator creates an account. Without a password, the owner sets one through a reset link. */
  create: defineRequest({
    subject: "vega.auth.users.create",
    callers: ["gateway"],
    input: z.object({
      username: usernameSchema,
      password: passwordSchema.nullish(),
      email: emailSchema.nullish(),
      role: roleSchema.default("user"),
    }),
    output: z.object({ ...sequenced, user: publicUserSchema }),
    errors: ["invalid", "conflict"],
    timeoutMs: 15_000,
  }),

  /** `conflict`: no administrator would be left. */
  change: defineRequest({
    subject: "vega.auth.users.change",
    callers: ["gateway"],
    input: z.object({
      user_id: userIdSchema,
      role: roleSchema.optional(),
      disabled: z.boolean().optional(),
      email: emailSchema.nullable().optional(),
    }),
    output: z.object({ ...sequenced, user: publicUserSchema }),
    errors: ["not_found", "conflict"],
  }),

  /** An administrator erases an account. */
  erase: defineRequest({
    subject: "vega.auth.users.erase",
    callers: ["gateway"],
    input: z.object({ user_id: userIdSchema }),
    output: z.object(sequenced),
    errors: ["not_found", "conflict"],
    timeoutMs: 40_000,
  }),

  /** Creates an invitation. `forbidden`: the administrator has lost the authority meanwhile. */
  invite: defineRequest({
    subject: "vega.auth.users.invite",
    callers: ["gateway"],
    input: z.object({ role: roleSchema.default("user") }),
    output: z.object({ ...sequenced, invite: z.string(), expires_at: z.iso.datetime() }),
    errors: ["forbidden"],
  }),

  /** Finds an account by id, or by the key of its username or email; null: none. */
  find: defineRequest({
    subject: "vega.state.users.find",
    callers: ["auth"],
    input: z.union([
      z.object({ id: userIdSchema }),
      z.object({ username: z.string().max(256) }),
      z.object({ email: z.string().max(320) }),
    ]),
    output: z.object({ ...sequenced, user: userSchema.nullable() }),
    errors: [],
  }),

  /** Accounts in the order of their ids, after a cursor (an id). */
  listDocuments: defineRequest({
    subject: "vega.state.users.list",
    callers: ["auth"],
    input: z.object({
      after: userIdSchema.nullish(),
      limit: z.int().min(1).max(200).default(100),
    }),
    output: z.object({ ...sequenced, users: z.array(userSchema) }),
    errors: [],
  }),

  /**
   * Creates an account. `conflict`: the username or email is taken, or, with `only_if_none`, an administrator exists.
   * `invite` (hash of an invitation's secret) consumes the invitation, which sets the role; `not_found`: it does not
   * exist, has expired, or its issuer has lost the authority to issue it.
   */
  createDocument: defineRequest({
    subject: "vega.state.users.create",
    callers: ["auth"],
    input: z.object({
      user: userSchema.pick({
        id: true,
        username: true,
        email: true,
        password_hash: true,
        role: true,
      }),
      by: z.enum(["self", "invite", "admin", "first_start"]),
      invite: hash.nullish(),
      /** For the first administrator: several replicas may start at once. */
      only_if_none: z.boolean().default(false),
    }),
    output: z.object({ ...sequenced, user: userSchema }),
    errors: ["conflict", "not_found"],
  }),

  /**
   * Changes an account. A new password ends all sessions but `keep_session`; disabling ends all.
   * `conflict`: the email is taken; no enabled administrator would be left; or the password is no longer the one of
   * `if_password_of`.
   */
  changeDocument: defineRequest({
    subject: "vega.state.users.change",
    callers: ["auth"],
    input: z.object({
      id: userIdSchema,
      role: roleSchema.optional(),
      disabled: z.boolean().optional(),
      email: emailSchema.nullable().optional(),
      password_hash: z.string().optional(),
      /** `password_changed_at` of the password that the caller verified. */
      if_password_of: z.iso.datetime().optional(),
      keep_session: z.uuid().optional(),
    }),
    output: z.object({ ...sequenced, user: userSchema }),
    errors: ["conflict", "not_found"],
  }),

  /**
   * Sets a password by a one-time token, which is consumed; ends all sessions. `not_found`: the token does not exist, has
   * expired, or its issuer has lost the authority to issue it.
   */
  resetPassword: defineRequest({
    subject: "vega.state.users.reset-password",
    callers: ["auth"],
    input: z.object({ token: hash, password_hash: z.string() }),
    output: z.object({ ...sequenced, user: userSchema }),
    errors: ["not_found"],
  }),

  /**
   * Erases an account: its documents, its memory, and the content of the log's entries that are about it. The chain of
   * hashes still verifies. `conflict`: no administrator would be left.
   */
  eraseDocument: defineRequest({
    subject: "vega.state.users.erase",
    callers: ["auth"],
    input: z.object({ id: userIdSchema }),
    output: z.object({ ...sequenced, erased_entries: z.int() }),
    errors: ["conflict", "not_found"],
    timeoutMs: 30_000,
  }),

  /** Export of an account for its owner, without hashes of secrets. */
  collect: defineRequest({
    subject: "vega.state.users.collect",
    callers: ["auth"],
    input: z.object({ id: userIdSchema }),
    output: z.object({ ...sequenced, data: jsonObjectSchema }),
    errors: ["not_found", "too_large"],
    timeoutMs: 15_000,
  }),

  /** Removes expired sessions, keys and one-time tokens; a few hundred per request. */
  sweepExpired: defineRequest({
    subject: "vega.state.accounts.sweep",
    callers: ["auth"],
    input: z.object({}),
    output: z.object({ ...sequenced, removed: z.int() }),
    errors: [],
  }),
};

import { z } from "zod";
import { roleSchema } from "../../auth/permissions.ts";
import { defineRequest } from "../../define.ts";
import { jsonObjectSchema } from "../../json.ts";
import { sequenced } from "../../sequenced.ts";
import {
  apiKeySchema,
  emailSchema,
  oneTimeTokenSchema,
  preferencesSchema,
  sessionSchema,
  signingKeySchema,
  userIdSchema,
  userSchema,
} from "./documents.ts";
import { SESSION_ENDS } from "./events.ts";

/*
 * What auth asks of state: accounts as documents, each change one decision. Only auth asks; what others may see of
 * an account is in `auth/`.
 */

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** By id, username or email; the last two by their keys. Null where there is none. */
export const findUser = defineRequest({
  subject: "vega.state.users.find",
  input: z.union([
    z.object({ id: userIdSchema }),
    z.object({ username: z.string().max(256) }),
    z.object({ email: z.string().max(320) }),
  ]),
  output: z.object({ ...sequenced, user: userSchema.nullable() }),
  errors: [],
});

/** Accounts in the order of their ids, after a cursor (an id). */
export const listUserDocuments = defineRequest({
  subject: "vega.state.users.list",
  input: z.object({
    after: userIdSchema.nullish(),
    limit: z.int().min(1).max(200).default(100),
  }),
  output: z.object({ ...sequenced, users: z.array(userSchema) }),
  errors: [],
});

/**
 * Makes an account. `conflict` where the username or email is taken, or, with `only_if_none`, where there is an
 * administrator. With `invite` (the hash of an invitation's secret) the invitation is used up and says the role;
 * `not_found` where it is missing, expired, or its issuer has lost the authority to issue it.
 */
export const createUser = defineRequest({
  subject: "vega.state.users.create",
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
});

/**
 * Changes an account. A new password ends all sessions but `keep_session`; disabling ends all.
 * `conflict`: the email is taken; it would leave no administrator that is not disabled; or the password is no longer
 * the one of `if_password_of`.
 */
export const changeUser = defineRequest({
  subject: "vega.state.users.change",
  input: z.object({
    id: userIdSchema,
    role: roleSchema.optional(),
    disabled: z.boolean().optional(),
    email: emailSchema.nullable().optional(),
    password_hash: z.string().optional(),
    /** `password_changed_at` of the password that the caller has checked. */
    if_password_of: z.iso.datetime().optional(),
    keep_session: z.uuid().optional(),
  }),
  output: z.object({ ...sequenced, user: userSchema }),
  errors: ["conflict", "not_found"],
});

/**
 * Sets a password by a one-time token, which is used up; ends all sessions. `not_found`: no such token, expired, or its
 * issuer has lost the authority to issue it.
 */
export const resetPassword = defineRequest({
  subject: "vega.state.users.reset-password",
  input: z.object({ token: hash, password_hash: z.string() }),
  output: z.object({ ...sequenced, user: userSchema }),
  errors: ["not_found"],
});

/**
 * Erases an account: its documents, its memory, and the content of the log's entries that are about it. The chain of
 * hashes still verifies. `conflict`: it would leave no administrator.
 */
export const eraseUser = defineRequest({
  subject: "vega.state.users.erase",
  input: z.object({ id: userIdSchema }),
  output: z.object({ ...sequenced, erased_entries: z.int() }),
  errors: ["conflict", "not_found"],
  timeoutMs: 30_000,
});

/** Everything that is kept of an account, for its owner; without hashes of secrets. */
export const collectUser = defineRequest({
  subject: "vega.state.users.collect",
  input: z.object({ id: userIdSchema }),
  output: z.object({ ...sequenced, data: jsonObjectSchema }),
  errors: ["not_found", "too_large"],
  timeoutMs: 15_000,
});

/**
 * Opens a session for a login that was just checked. `conflict`: the password has changed meanwhile (its
 * `password_changed_at` is not `if_password_of`) or the account was disabled. An account has at most 100 sessions: one
 * more ends the oldest.
 */
export const openSession = defineRequest({
  subject: "vega.state.sessions.open",
  input: z.object({
    session: sessionSchema.omit({ created_at: true, last_used_at: true, generation: true }),
    if_password_of: z.iso.datetime(),
  }),
  output: z.object({ ...sequenced, session: sessionSchema }),
  errors: ["conflict", "not_found"],
});

/**
 * Exchanges a refresh token for the next. `reused`: the token was an old one of its family; the session was ended.
 * `unknown`: no such session or family, or expired, or the account is disabled.
 */
export const rotateSession = defineRequest({
  subject: "vega.state.sessions.rotate",
  input: z.object({
    user_id: userIdSchema,
    session_id: z.uuid(),
    family_hash: hash,
    refresh_hash: hash,
    next_refresh_hash: hash,
  }),
  output: z.object({
    ...sequenced,
    outcome: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("rotated"), session: sessionSchema, user: userSchema }),
      z.object({ kind: z.literal("reused") }),
      z.object({ kind: z.literal("unknown") }),
    ]),
  }),
  errors: [],
});

/** Ends sessions of one account: those named, or all but `except`. Names how many there were. */
export const endSessions = defineRequest({
  subject: "vega.state.sessions.end",
  input: z.object({
    user_id: userIdSchema,
    session_ids: z.array(z.uuid()).max(1_000).optional(),
    except: z.uuid().optional(),
    reason: z.enum(SESSION_ENDS),
  }),
  output: z.object({ ...sequenced, ended: z.int() }),
  errors: [],
});

export const listSessionDocuments = defineRequest({
  subject: "vega.state.sessions.list",
  input: z.object({ user_id: userIdSchema }),
  output: z.object({ ...sequenced, sessions: z.array(sessionSchema) }),
  errors: [],
});

/** Removes sessions, keys and one-time tokens whose time is over; at most a few hundred at once. */
export const sweepExpired = defineRequest({
  subject: "vega.state.accounts.sweep",
  input: z.object({}),
  output: z.object({ ...sequenced, removed: z.int() }),
  errors: [],
});

/** `limit_exceeded`: an account may have 100 keys. */
export const createApiKeyDocument = defineRequest({
  subject: "vega.state.keys.create",
  input: z.object({ key: apiKeySchema.omit({ created_at: true }) }),
  output: z.object({ ...sequenced, key: apiKeySchema }),
  errors: ["limit_exceeded", "not_found"],
});

export const revokeApiKeyDocument = defineRequest({
  subject: "vega.state.keys.revoke",
  input: z.object({ user_id: userIdSchema, key_id: z.uuid() }),
  output: z.object(sequenced),
  errors: ["not_found"],
});

export const listApiKeyDocuments = defineRequest({
  subject: "vega.state.keys.list",
  input: z.object({ user_id: userIdSchema }),
  output: z.object({ ...sequenced, keys: z.array(apiKeySchema) }),
  errors: [],
});

/** A key and its owner; null where there is no such key, or it has expired, or the owner is disabled. */
export const findApiKey = defineRequest({
  subject: "vega.state.keys.find",
  input: z.object({ user_id: userIdSchema, key_id: z.uuid() }),
  output: z.object({
    ...sequenced,
    found: z.object({ key: apiKeySchema, user: userSchema }).nullable(),
  }),
  errors: [],
});

/**
 * Keeps an invitation or a link for a new password; a user's older link is removed. `forbidden`: the issuer is disabled
 * or gone, or issues for another without being an administrator.
 */
export const issueOneTimeToken = defineRequest({
  subject: "vega.state.tokens.issue",
  input: z.object({
    hash,
    token: oneTimeTokenSchema.omit({ created_at: true, issued_by: true }),
    /** The account that issues it; null or absent where no account does (the admin token). */
    issued_by: userIdSchema.nullish(),
  }),
  output: z.object(sequenced),
  errors: ["forbidden", "not_found"],
});

export const getPreferences = defineRequest({
  subject: "vega.state.preferences.get",
  input: z.object({ user_id: userIdSchema }),
  output: z.object({ ...sequenced, preferences: preferencesSchema.nullable() }),
  errors: [],
});

/** The largest preferences, in UTF-8 bytes of their JSON. */
export const MAX_PREFERENCES_BYTES = 16 * 1024;

export const putPreferences = defineRequest({
  subject: "vega.state.preferences.put",
  input: z.object({ user_id: userIdSchema, value: jsonObjectSchema }),
  output: z.object({ ...sequenced, preferences: preferencesSchema }),
  errors: ["too_large", "not_found"],
});

/** All keys that may still have signed a token that is good, newest first. */
export const listSigningKeys = defineRequest({
  subject: "vega.state.signing-keys.list",
  input: z.object({}),
  output: z.object({ ...sequenced, keys: z.array(signingKeySchema) }),
  errors: [],
});

/**
 * Adds a key and removes those in `retire`. `conflict` where the newest is not `if_newest`: several
 * replicas of auth may rotate at once, and one does.
 */
export const addSigningKey = defineRequest({
  subject: "vega.state.signing-keys.add",
  input: z.object({
    key: signingKeySchema.omit({ created_at: true }),
    if_newest: z.string().nullable(),
    retire: z.array(z.string()),
  }),
  output: z.object({ ...sequenced, keys: z.array(signingKeySchema) }),
  errors: ["conflict"],
});

import { z } from "zod";
import { roleSchema, scopeSchema } from "../../auth/permissions.ts";
import { defineEvent } from "../../define.ts";
import { ERROR_STATUS } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";
import { userIdSchema } from "./documents.ts";

/* What happens to accounts, by ids only: names, addresses and secrets lie in documents beside the log. */

const nothing = () => [];
const time = z.iso.datetime();

export const userRegistered = defineEvent({
  entity: "user",
  happened: "registered",
  summary: "An account was made",
  data: z.object({
    user_id: userIdSchema,
    role: roleSchema,
    by: z.enum(["self", "invite", "admin", "first_start"]),
  }),
  changes: nothing,
  sse: null,
  describe: null,
});

export const userChanged = defineEvent({
  entity: "user",
  happened: "changed",
  summary: "An account has another role, password or address, or was disabled or enabled",
  data: z.object({
    user_id: userIdSchema,
    changed: z.array(z.enum(["role", "disabled", "password", "email"])),
    role: roleSchema,
    disabled: z.boolean(),
  }),
  changes: nothing,
  sse: null,
  describe: null,
});

/** An account is gone; the content of the entries with these sequences was erased, their hashes stay. */
export const userErased = defineEvent({
  entity: "user",
  happened: "erased",
  summary: "An account and everything about it was erased",
  data: z.object({ user_id: userIdSchema, erased: z.array(z.int().min(1)) }),
  changes: nothing,
  sse: null,
  describe: null,
});

const ofSession = { session_id: z.uuid(), user_id: userIdSchema };

export const sessionStarted = defineEvent({
  entity: "session",
  happened: "started",
  summary: "Somebody logged in",
  data: z.object({ ...ofSession, expires_at: time }),
  changes: nothing,
  sse: null,
  describe: null,
});

export const sessionRefreshed = defineEvent({
  entity: "session",
  happened: "refreshed",
  summary: "A session has a new refresh token",
  data: z.object({ ...ofSession, generation: z.int().min(1) }),
  changes: nothing,
  sse: null,
  describe: null,
});

export const SESSION_ENDS = [
  "logout",
  "ended",
  "reuse",
  "expired",
  "password_changed",
  "disabled",
  "erased",
] as const;

export const sessionEnded = defineEvent({
  entity: "session",
  happened: "ended",
  summary: "A session ended; its tokens are good for nothing from now on",
  data: z.object({ ...ofSession, reason: z.enum(SESSION_ENDS) }),
  changes: nothing,
  sse: null,
  describe: null,
});

const ofKey = { key_id: z.uuid(), user_id: userIdSchema };

export const apiKeyCreated = defineEvent({
  entity: "api_key",
  happened: "created",
  summary: "An API key was made",
  data: z.object({ ...ofKey, scopes: z.array(scopeSchema), expires_at: time.nullable() }),
  changes: nothing,
  sse: null,
  describe: null,
});

export const apiKeyRevoked = defineEvent({
  entity: "api_key",
  happened: "revoked",
  summary: "An API key was taken back",
  data: z.object({ ...ofKey, reason: z.enum(["revoked", "expired", "erased"]) }),
  changes: nothing,
  sse: null,
  describe: null,
});

/** An invitation or a link for a new password was made. */
export const oneTimeTokenIssued = defineEvent({
  entity: "one_time_token",
  happened: "issued",
  summary: "An invitation or a link for a new password was made",
  data: z.object({
    purpose: z.enum(["invite", "password_reset"]),
    user_id: userIdSchema.nullable(),
    role: roleSchema.nullable(),
    expires_at: time,
  }),
  changes: nothing,
  sse: null,
  describe: null,
});

/** An invitation or a link was not used in its time. */
export const oneTimeTokenExpired = defineEvent({
  entity: "one_time_token",
  happened: "expired",
  summary: "An invitation or a link for a new password went unused",
  data: oneTimeTokenIssued.data.pick({ purpose: true, user_id: true }),
  changes: nothing,
  sse: null,
  describe: null,
});

export const preferencesChanged = defineEvent({
  entity: "preferences",
  happened: "changed",
  summary: "Somebody changed their preferences",
  data: z.object({ user_id: userIdSchema }),
  changes: nothing,
  sse: null,
  describe: null,
});

export const signingKeyAdded = defineEvent({
  entity: "signing_key",
  happened: "added",
  summary: "Tokens are signed with a new key from now on",
  data: z.object({ kid: z.string() }),
  changes: nothing,
  sse: null,
  describe: null,
});

/** Logins that were refused; many in a short time are one entry with their count. */
export const loginFailed = defineEvent({
  entity: "login",
  happened: "failed",
  summary: "Logins failed, `count` of them",
  data: z.object({
    /** Null where there is no such account: what was typed may be a password. */
    user_id: userIdSchema.nullable(),
    reason: z.enum(["password", "unknown", "disabled", "throttled"]),
    count: z.int().min(1),
  }),
  changes: nothing,
  sse: null,
  describe: null,
});

const errorCodeSchema = z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]);

/** Somebody was refused at a route; many in a short time are one entry with their count. */
export const accessDenied = defineEvent({
  entity: "access",
  happened: "denied",
  summary: "Requests to a route were refused, `count` of them",
  data: z.object({
    method: z.string().max(16),
    /** The route's pattern, never the URL. */
    route: z.string().max(128),
    reason: errorCodeSchema,
    count: z.int().min(1),
  }),
  changes: nothing,
  sse: null,
  describe: null,
});

/** An administrator read what is not theirs. */
export const adminRead = defineEvent({
  entity: "admin",
  happened: "read",
  summary: "An administrator read what is others'",
  data: z.object({ route: z.string().max(128) }),
  changes: nothing,
  sse: null,
  describe: null,
});

export const ACCOUNT_EVENTS = [
  userRegistered,
  userChanged,
  userErased,
  sessionStarted,
  sessionRefreshed,
  sessionEnded,
  apiKeyCreated,
  apiKeyRevoked,
  oneTimeTokenIssued,
  oneTimeTokenExpired,
  preferencesChanged,
  signingKeyAdded,
  loginFailed,
  accessDenied,
  adminRead,
] as const;

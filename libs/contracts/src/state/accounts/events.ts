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
  data: z.object({
    user_id: userIdSchema,
    role: roleSchema,
    by: z.enum(["self", "invite", "admin", "first_start"]),
  }),
  changes: nothing,
});

export const userChanged = defineEvent({
  entity: "user",
  happened: "changed",
  data: z.object({
    user_id: userIdSchema,
    changed: z.array(z.enum(["role", "disabled", "password", "email"])),
    role: roleSchema,
    disabled: z.boolean(),
  }),
  changes: nothing,
});

/** An account is gone; the content of the entries with these sequences was erased, their hashes stay. */
export const userErased = defineEvent({
  entity: "user",
  happened: "erased",
  data: z.object({ user_id: userIdSchema, erased: z.array(z.int().min(1)) }),
  changes: nothing,
});

const ofSession = { session_id: z.uuid(), user_id: userIdSchema };

export const sessionStarted = defineEvent({
  entity: "session",
  happened: "started",
  data: z.object({ ...ofSession, expires_at: time }),
  changes: nothing,
});

export const sessionRefreshed = defineEvent({
  entity: "session",
  happened: "refreshed",
  data: z.object({ ...ofSession, generation: z.int().min(1) }),
  changes: nothing,
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
  data: z.object({ ...ofSession, reason: z.enum(SESSION_ENDS) }),
  changes: nothing,
});

const ofKey = { key_id: z.uuid(), user_id: userIdSchema };

export const apiKeyCreated = defineEvent({
  entity: "api_key",
  happened: "created",
  data: z.object({ ...ofKey, scopes: z.array(scopeSchema), expires_at: time.nullable() }),
  changes: nothing,
});

export const apiKeyRevoked = defineEvent({
  entity: "api_key",
  happened: "revoked",
  data: z.object({ ...ofKey, reason: z.enum(["revoked", "expired", "erased"]) }),
  changes: nothing,
});

/** An invitation or a link for a new password was made. */
export const oneTimeTokenIssued = defineEvent({
  entity: "one_time_token",
  happened: "issued",
  data: z.object({
    purpose: z.enum(["invite", "password_reset"]),
    user_id: userIdSchema.nullable(),
    role: roleSchema.nullable(),
    expires_at: time,
  }),
  changes: nothing,
});

/** An invitation or a link was not used in its time. */
export const oneTimeTokenExpired = defineEvent({
  entity: "one_time_token",
  happened: "expired",
  data: oneTimeTokenIssued.data.pick({ purpose: true, user_id: true }),
  changes: nothing,
});

export const preferencesChanged = defineEvent({
  entity: "preferences",
  happened: "changed",
  data: z.object({ user_id: userIdSchema }),
  changes: nothing,
});

export const signingKeyAdded = defineEvent({
  entity: "signing_key",
  happened: "added",
  data: z.object({ kid: z.string() }),
  changes: nothing,
});

/** Logins that were refused; many in a short time are one entry with their count. */
export const loginFailed = defineEvent({
  entity: "login",
  happened: "failed",
  data: z.object({
    /** Null where there is no such account: what was typed may be a password. */
    user_id: userIdSchema.nullable(),
    reason: z.enum(["password", "unknown", "disabled", "throttled"]),
    count: z.int().min(1),
  }),
  changes: nothing,
});

const errorCodeSchema = z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]);

/** Somebody was refused at a route; many in a short time are one entry with their count. */
export const accessDenied = defineEvent({
  entity: "access",
  happened: "denied",
  data: z.object({
    method: z.string().max(16),
    /** The route's pattern, never the URL. */
    route: z.string().max(128),
    reason: errorCodeSchema,
    count: z.int().min(1),
  }),
  changes: nothing,
});

/** An administrator read what is not theirs. */
export const adminRead = defineEvent({
  entity: "admin",
  happened: "read",
  data: z.object({ route: z.string().max(128) }),
  changes: nothing,
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

import { z } from "zod";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { SESSION_ENDS, grantSchema, publicSessionSchema, sessionSchema } from "./documents.ts";
import { passwordSchema, userSchema } from "../users/documents.ts";
import { userIdSchema } from "../users/user-id.ts";

const granted = {
  ...sequenced,
  grant: grantSchema,
  cookie: z.object({ token: z.string(), max_age: z.int() }),
};

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const requests = {
  /** `unauthorized`: invalid username or password. `rate_limited`: too many attempts. */
  logIn: defineRequest({
    subject: "vega.auth.sessions.login",
    callers: ["gateway"],
    input: z.object({ username: z.string().min(1).max(256), password: passwordSchema }),
    output: z.object(granted),
    errors: ["unauthorized", "rate_limited"],
    timeoutMs: 15_000,
  }),

  /** `unauthorized`: the token is unknown, expired or was used before; reuse ends its session. */
  refresh: defineRequest({
    subject: "vega.auth.sessions.refresh",
    callers: ["gateway"],
    input: z.object({ refresh_token: z.string().max(512) }),
    output: z.object(granted),
    errors: ["unauthorized"],
  }),

  /** Ends the session of a refresh token; an invalid token ends none. */
  endOfToken: defineRequest({
    subject: "vega.auth.sessions.end-of-token",
    callers: ["gateway"],
    input: z.object({ refresh_token: z.string().max(512) }),
    output: z.object({ ...sequenced, ended: z.int() }),
    errors: [],
  }),

  /** Ends one session of an account, or all, or all but `except`. */
  end: defineRequest({
    subject: "vega.auth.sessions.end",
    callers: ["gateway"],
    input: z.object({
      user_id: userIdSchema,
      session_id: z.uuid().optional(),
      except: z.uuid().optional(),
      reason: z.enum(["logout", "ended"]),
    }),
    output: z.object({ ...sequenced, ended: z.int() }),
    errors: ["not_found"],
  }),

  list: defineRequest({
    subject: "vega.auth.sessions.list",
    callers: ["gateway"],
    input: z.object({ user_id: userIdSchema }),
    output: z.object({ ...sequenced, sessions: z.array(publicSessionSchema) }),
    errors: [],
  }),

  /**
   * Opens a session for a verified login. `conflict`: the password has changed meanwhile (its `password_changed_at` is
   * not `if_password_of`) or the account was disabled. An account has at most 100 sessions: a further one ends the
   * oldest.
   */
  open: defineRequest({
    subject: "vega.state.sessions.open",
    callers: ["auth"],
    input: z.object({
      session: sessionSchema.omit({ created_at: true, last_used_at: true, generation: true }),
      if_password_of: z.iso.datetime(),
    }),
    output: z.object({ ...sequenced, session: sessionSchema }),
    errors: ["conflict", "not_found"],
  }),

  /**
   * Exchanges a refresh token for the next. `reused`: the token is an older one of its family; the session was ended.
   * `unknown`: the session or family does not exist or has expired, or the account is disabled.
   */
  rotate: defineRequest({
    subject: "vega.state.sessions.rotate",
    callers: ["auth"],
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
  }),

  /** Ends sessions of one account: those named, or all but `except`. Replies with their number. */
  endDocuments: defineRequest({
    subject: "vega.state.sessions.end",
    callers: ["auth"],
    input: z.object({
      user_id: userIdSchema,
      session_ids: z.array(z.uuid()).max(1_000).optional(),
      except: z.uuid().optional(),
      reason: z.enum(SESSION_ENDS),
    }),
    output: z.object({ ...sequenced, ended: z.int() }),
    errors: [],
  }),

  listDocuments: defineRequest({
    subject: "vega.state.sessions.list",
    callers: ["auth"],
    input: z.object({ user_id: userIdSchema }),
    output: z.object({ ...sequenced, sessions: z.array(sessionSchema) }),
    errors: [],
  }),
};

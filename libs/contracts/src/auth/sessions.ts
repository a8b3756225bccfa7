import { z } from "zod";
import { defineRequest } from "../define.ts";
import { sequenced } from "../sequenced.ts";
import { sessionSchema, userIdSchema } from "../state/accounts/documents.ts";
import { passwordSchema, publicUserSchema } from "./accounts.ts";
import { publicJwkSchema } from "./tokens.ts";

/** What a login or a refresh gives. Tokens are shown once; `expires_in` and `max_age` are seconds. */
export const grantSchema = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.int(),
  refresh_token: z.string(),
  user: publicUserSchema,
});
export type Grant = z.infer<typeof grantSchema>;

const granted = {
  ...sequenced,
  grant: grantSchema,
  cookie: z.object({ token: z.string(), max_age: z.int() }),
};

/** `unauthorized`: unknown name or wrong password, one as the other. `rate_limited`: too many tries, wait. */
export const logIn = defineRequest({
  subject: "vega.auth.sessions.login",
  input: z.object({ username: z.string().min(1).max(256), password: passwordSchema }),
  output: z.object(granted),
  errors: ["unauthorized", "rate_limited"],
  timeoutMs: 15_000,
});

/** `unauthorized`: the token is unknown, over or was used before; the last ends its session. */
export const refreshSession = defineRequest({
  subject: "vega.auth.sessions.refresh",
  input: z.object({ refresh_token: z.string().max(512) }),
  output: z.object(granted),
  errors: ["unauthorized"],
});

/** Ends the session of a refresh token; one that is not good ends nothing. */
export const endSessionOfToken = defineRequest({
  subject: "vega.auth.sessions.end-of-token",
  input: z.object({ refresh_token: z.string().max(512) }),
  output: z.object({ ...sequenced, ended: z.int() }),
  errors: [],
});

/** Ends one session of an account, or all, or all but `except`. */
export const endOwnSessions = defineRequest({
  subject: "vega.auth.sessions.end",
  input: z.object({
    user_id: userIdSchema,
    session_id: z.uuid().optional(),
    except: z.uuid().optional(),
    reason: z.enum(["logout", "ended"]),
  }),
  output: z.object({ ...sequenced, ended: z.int() }),
  errors: ["not_found"],
});

export const publicSessionSchema = sessionSchema.pick({
  id: true,
  created_at: true,
  last_used_at: true,
  expires_at: true,
  address: true,
  user_agent: true,
});

export const listSessions = defineRequest({
  subject: "vega.auth.sessions.list",
  input: z.object({ user_id: userIdSchema }),
  output: z.object({ ...sequenced, sessions: z.array(publicSessionSchema) }),
  errors: [],
});

/** Public keys of all tokens that may be good. */
export const getJwks = defineRequest({
  subject: "vega.auth.keys.jwks",
  input: z.object({}),
  output: z.object({ ...sequenced, keys: z.array(publicJwkSchema) }),
  errors: [],
});

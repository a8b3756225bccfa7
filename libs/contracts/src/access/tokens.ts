import { z } from "zod";
import { roleSchema } from "./permissions.ts";

/** `iss` and `aud` of what auth signs. An access token is sent as a bearer token, a cookie token only as a cookie. */
export const TOKEN_ISSUER = "vega";
export const ACCESS_AUDIENCE = "vega:access";
export const COOKIE_AUDIENCE = "vega:cookie";
export const TOKEN_ALGORITHM = "ES256";

/** Lifetime of a token of each kind, in seconds. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;
export const COOKIE_TOKEN_SECONDS = 24 * 3600;

/** Name of the session cookie. */
export const SESSION_COOKIE = "vega_session";

/** Claims of a token. Times are seconds since the epoch (RFC 7519). */
export const claimsSchema = z.object({
  iss: z.literal(TOKEN_ISSUER),
  aud: z.enum([ACCESS_AUDIENCE, COOKIE_AUDIENCE]),
  /** The user's id. */
  sub: z.uuid(),
  /** The session's id. */
  sid: z.uuid(),
  role: roleSchema,
  username: z.string(),
  iat: z.int(),
  exp: z.int(),
});
export type Claims = z.infer<typeof claimsSchema>;

/** A public key for verification, https://www.rfc-editor.org/rfc/rfc7517 */
export const publicJwkSchema = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  alg: z.literal(TOKEN_ALGORITHM),
  use: z.literal("sig"),
});
export type PublicJwk = z.infer<typeof publicJwkSchema>;

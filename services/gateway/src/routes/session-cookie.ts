import type { Grant } from "@vega/contracts";
import { SESSION_COOKIE } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { requireOwnOrigin } from "../access/origin.ts";
import type { GatewayConfig } from "../config.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";

/** The reply of auth to a login or a refresh. */
interface Granted {
  readonly sequence: number;
  readonly grant: Grant;
  readonly cookie: { readonly token: string; readonly max_age: number };
}

/** The refresh token of a browser; only the routes below this path receive it. */
const REFRESH_COOKIE = { name: "vega_refresh", path: "/api/auth" } as const;
/** Auth ends the token earlier where VEGA_SESSION_DAYS says so. */
const REFRESH_COOKIE_SECONDS = 365 * 24 * 3_600;

/** Not readable by scripts, not sent by other sites, and never sent without TLS where the server has TLS. */
function cookieOptions(request: FastifyRequest, config: GatewayConfig) {
  const secure = request.protocol === "https" || config.publicUrl?.startsWith("https:") === true;
  return { path: "/", httpOnly: true, sameSite: "strict", secure } as const;
}

/** Sets the cookies of session and refresh token. No cache may store the response, which contains tokens. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  config: GatewayConfig,
  { sequence, cookie, grant }: Granted,
): void {
  const options = cookieOptions(request, config);
  setSequenceHeader(reply, sequence);
  void reply
    .header("cache-control", "no-store")
    .setCookie(SESSION_COOKIE, cookie.token, { ...options, maxAge: cookie.max_age })
    .setCookie(REFRESH_COOKIE.name, grant.refresh_token, {
      ...options,
      path: REFRESH_COOKIE.path,
      maxAge: REFRESH_COOKIE_SECONDS,
    });
}

/** The refresh token in the cookie. Throws VegaError `forbidden` for a request from another origin. */
export function refreshTokenOf(request: FastifyRequest, config: GatewayConfig): string | undefined {
  const token = request.cookies[REFRESH_COOKIE.name];
  if (token !== undefined) requireOwnOrigin(request.headers, config.allowedOrigins);
  return token;
}

export function clearSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  config: GatewayConfig,
): void {
  const options = cookieOptions(request, config);
  void reply
    .clearCookie(SESSION_COOKIE, options)
    .clearCookie(REFRESH_COOKIE.name, { ...options, path: REFRESH_COOKIE.path });
}

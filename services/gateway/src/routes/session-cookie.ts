import type { Grant } from "@vega/contracts";
import { SESSION_COOKIE } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { GatewayConfig } from "../config.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";

/** The reply of auth to a login or a refresh. */
interface Granted {
  readonly sequence: number;
  readonly grant: Grant;
  readonly cookie: { readonly token: string; readonly max_age: number };
}

/** Not readable by scripts, not sent by other sites, and never sent without TLS where the server has TLS. */
function cookieOptions(request: FastifyRequest, config: GatewayConfig) {
  const secure = request.protocol === "https" || config.publicUrl?.startsWith("https:") === true;
  return { path: "/", httpOnly: true, sameSite: "strict", secure } as const;
}

/** Sets the session cookie. No cache may store the response, which contains tokens. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  config: GatewayConfig,
  { sequence, cookie }: Granted,
): void {
  setSequenceHeader(reply, sequence);
  void reply.header("cache-control", "no-store").setCookie(SESSION_COOKIE, cookie.token, {
    ...cookieOptions(request, config),
    maxAge: cookie.max_age,
  });
}

export function clearSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  config: GatewayConfig,
): void {
  void reply.clearCookie(SESSION_COOKIE, cookieOptions(request, config));
}

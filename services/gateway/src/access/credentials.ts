import { API_KEY_PREFIX, SESSION_COOKIE } from "@vega/contracts";

/** The credential of a request. */
export type Credential =
  | { readonly kind: "none" }
  | { readonly kind: "bearer" | "api_key" | "cookie"; readonly secret: string }
  /** A malformed Authorization header. */
  | { readonly kind: "unreadable" };

const COOKIE = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([^;]*)`);

/** The header wins over the cookie, which browsers attach to every request. */
export function readCredential(headers: {
  authorization?: string | undefined;
  cookie?: string | undefined;
}): Credential {
  const { authorization, cookie } = headers;
  if (authorization !== undefined) {
    const [, secret] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
    if (secret === undefined) return { kind: "unreadable" };
    return { kind: secret.startsWith(API_KEY_PREFIX) ? "api_key" : "bearer", secret };
  }
  const [, secret] = COOKIE.exec(cookie ?? "") ?? [];
  return secret ? { kind: "cookie", secret } : { kind: "none" };
}

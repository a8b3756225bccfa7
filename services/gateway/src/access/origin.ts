import { VegaError } from "@vega/contracts";

/**
 * Whether a write with only a cookie comes from a page of this server. A browser sends Origin with every request
 * that is not a plain read; a request without Origin and Referer is refused.
 * Source: https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 * @param allowed further trusted origins, such as https://vega.example.org
 */
export function isOwnOrigin(
  headers: { origin?: string | undefined; referer?: string | undefined; host?: string | undefined },
  allowed: ReadonlySet<string>,
): boolean {
  const claimed = URL.parse(headers.origin ?? headers.referer ?? "");
  if (!claimed || !/^https?:$/.test(claimed.protocol)) return false;
  return claimed.host === headers.host?.toLowerCase() || allowed.has(claimed.origin);
}

/** Throws VegaError `forbidden` for a write with only a cookie from a page of another origin. */
export function requireOwnOrigin(
  headers: Parameters<typeof isOwnOrigin>[0],
  allowed: ReadonlySet<string>,
): void {
  if (isOwnOrigin(headers, allowed)) return;
  throw new VegaError(
    "forbidden",
    "writes with the session cookie need an Origin header of this server or of VEGA_ALLOWED_ORIGINS; " +
      "alternatively send a bearer token",
  );
}

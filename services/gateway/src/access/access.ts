import type { Permission } from "@vega/contracts";
import { PERMISSIONS, VegaError } from "@vega/contracts";
import type { Principal } from "./principal.ts";
import { mayUse } from "./principal.ts";

/**
 * The access that a route declares. `open`: no authentication. `public`: permission `read`, or anonymous callers where
 * VEGA_PUBLIC_READS allows it. `memory-read`, `library-read`: like `public`, or permission `memory` or `library`.
 * `identity`: any authenticated caller. Otherwise a permission.
 */
export type Access = "open" | "public" | "memory-read" | "library-read" | "identity" | Permission;

const mayCall = (principal: Principal, access: Access): boolean => {
  switch (access) {
    case "open":
      return true;
    case "identity":
      return principal.kind !== "anonymous";
    case "public":
      return mayUse(principal, "read");
    case "memory-read":
      return mayUse(principal, "read") || mayUse(principal, "memory");
    case "library-read":
      return mayUse(principal, "read") || mayUse(principal, "library");
    default:
      return mayUse(principal, access);
  }
};

/** True if VEGA_PUBLIC_READS opens it to anonymous callers. */
export const isPublic = (access: Access): boolean =>
  access === "public" || access === "memory-read" || access === "library-read";

/** The permissions of a caller for reads: VEGA_PUBLIC_READS adds `read`. */
export const readPermissions = (principal: Principal, publicReads: boolean): Permission[] =>
  PERMISSIONS.filter(
    (permission) => mayUse(principal, permission) || (publicReads && permission === "read"),
  );

/** Throws VegaError: `unauthorized` for an anonymous caller, `forbidden` for a caller without the permission. */
export function admit(principal: Principal, access: Access, publicReads: boolean): void {
  if (publicReads && isPublic(access)) return;
  if (mayCall(principal, access)) return;
  if (principal.kind === "anonymous") {
    throw new VegaError(
      "unauthorized",
      "authentication required: log in, or send Authorization: Bearer <access token, API key or admin token>",
    );
  }
  throw new VegaError("forbidden", reasonFor(principal, access));
}

function reasonFor(principal: Principal, access: Access): string {
  if (principal.kind === "admin_token")
    return "this route needs an account; the admin token has none";
  if (principal.kind === "api_key" && access === "account") {
    return "this route does not accept API keys; log in";
  }
  const needed = isPublic(access) ? "read" : access;
  if (principal.kind === "api_key") {
    return `missing permission ${needed}: the scopes of the API key or the role of its owner do not include it`;
  }
  return `missing permission ${needed}: the role ${principal.kind === "session" ? principal.role : "none"} does not include it`;
}

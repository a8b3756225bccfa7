import type { Permission } from "@vega/contracts";
import { PERMISSIONS, VegaError } from "@vega/contracts";
import type { Principal } from "./principal.ts";
import { mayUse } from "./principal.ts";

/**
 * Who may call a route. `open`: everybody, and nobody is asked who they are. `public`: who may `read`, and everybody
 * where VEGA_PUBLIC_READS says so. `memory-read`: the same, or who has a memory. `identity`: whoever proves who they
 * are. Else a permission.
 */
export type Access = "open" | "public" | "memory-read" | "identity" | Permission;

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
    default:
      return mayUse(principal, access);
  }
};

/** True for what needs no account where reads are public. */
export const isPublic = (access: Access): boolean =>
  access === "public" || access === "memory-read";

/** The permissions of a caller that only reads: `read` needs no account where reads are public. */
export const readPermissions = (principal: Principal, publicReads: boolean): Permission[] =>
  PERMISSIONS.filter(
    (permission) => mayUse(principal, permission) || (publicReads && permission === "read"),
  );

/** Throws VegaError: `unauthorized` for who has not said who they are, `forbidden` for who may not. */
export function admit(principal: Principal, access: Access, publicReads: boolean): void {
  if (publicReads && isPublic(access)) return;
  if (mayCall(principal, access)) return;
  if (principal.kind === "anonymous") {
    throw new VegaError(
      "unauthorized",
      "log in, or send a token: Authorization: Bearer <access token, API key or admin token>",
    );
  }
  throw new VegaError("forbidden", whyNot(principal, access));
}

function whyNot(principal: Principal, access: Access): string {
  if (principal.kind === "admin_token") return "this is for accounts; the admin token has none";
  if (principal.kind === "api_key" && access === "account") {
    return "an API key can't be used for the account itself; log in";
  }
  const needed = isPublic(access) ? "read" : access;
  if (principal.kind === "api_key") {
    return `this needs the permission ${needed}, which the key's scopes or its owner's role do not give`;
  }
  return `this needs the permission ${needed}, which the role ${principal.kind === "session" ? principal.role : "none"} does not have`;
}

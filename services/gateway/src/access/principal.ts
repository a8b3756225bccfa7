import type { Permission, Role, Scope } from "@vega/contracts";
import { isPermitted } from "@vega/contracts";

/** The authenticated caller. */
export type Principal =
  | { readonly kind: "anonymous" }
  /** VEGA_ADMIN_TOKEN: an administrator without an account. */
  | { readonly kind: "admin_token" }
  | {
      readonly kind: "session";
      readonly userId: string;
      readonly sessionId: string;
      readonly username: string;
      readonly role: Role;
      /** Browsers attach cookies to requests of any site, so writes by cookie also need an Origin. */
      readonly via: "bearer" | "cookie";
    }
  | {
      readonly kind: "api_key";
      readonly userId: string;
      readonly keyId: string;
      readonly username: string;
      readonly role: Role;
      readonly scopes: readonly Scope[];
    };

export const ANONYMOUS: Principal = { kind: "anonymous" };
export const ADMIN_TOKEN: Principal = { kind: "admin_token" };

export function mayUse(principal: Principal, permission: Permission): boolean {
  if (principal.kind === "anonymous") return false;
  // The admin token has no account.
  if (principal.kind === "admin_token") return permission !== "account";
  const scopes = principal.kind === "api_key" ? principal.scopes : null;
  return isPermitted(permission, principal.role, scopes);
}

/** The id of the actor in requests to other services and in the log. */
export function actorOf(principal: Principal): string {
  switch (principal.kind) {
    case "anonymous":
      return "anonymous";
    case "admin_token":
      return "admin-token";
    default:
      return principal.userId;
  }
}

/** The API key of the request, if any. */
export const keyIdOf = (principal: Principal): string | undefined =>
  principal.kind === "api_key" ? principal.keyId : undefined;

/** The account of the principal; null without one. */
export const userIdOf = (principal: Principal): string | null =>
  "userId" in principal ? principal.userId : null;

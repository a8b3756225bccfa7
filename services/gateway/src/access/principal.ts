import type { Permission, Role, Scope } from "@vega/contracts";
import { isPermitted } from "@vega/contracts";

/** Who asks, as far as it was proven. */
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
      /** A browser sends its cookie whoever asks it to, so writes by cookie need an Origin as well. */
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
  // Not an account: there is nothing of its own to look at.
  if (principal.kind === "admin_token") return permission !== "account";
  const scopes = principal.kind === "api_key" ? principal.scopes : null;
  return isPermitted(permission, principal.role, scopes);
}

/** How the principal is named to the other services and in the log. */
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

/** The API key that is used, if any. */
export const keyIdOf = (principal: Principal): string | undefined =>
  principal.kind === "api_key" ? principal.keyId : undefined;

/** The account of the principal; null for who has none. */
export const userIdOf = (principal: Principal): string | null =>
  "userId" in principal ? principal.userId : null;

import { z } from "zod";

/** In ascending order: each role includes those before it. */
export const ROLES = ["viewer", "user", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];
export const roleSchema = z.enum(ROLES);

/**
 * Permissions that routes require. `read`: the system state. `account`: one's own account, sessions, keys, preferences.
 * `memory`: one's own memory and conversations. `library`: one's own files. `chat`: requests to models. `operate`: loop, agents, modules, shared
 * memory. `admin`: accounts of others, import and export, audit, errors.
 */
export const PERMISSIONS = [
  "read",
  "account",
  "memory",
  "library",
  "chat",
  "operate",
  "admin",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Scopes of an API key. None covers the account itself: a leaked key can't take the account over. */
export const SCOPES = ["read", "memory", "library", "chat", "operate", "admin"] as const;
export type Scope = (typeof SCOPES)[number];
export const scopeSchema = z.enum(SCOPES);

const LEAST_ROLE: Readonly<Record<Permission, Role>> = {
  read: "viewer",
  account: "viewer",
  memory: "user",
  library: "user",
  chat: "user",
  operate: "operator",
  admin: "admin",
};

/** The least role that has a permission. */
export const leastRole = (permission: Permission): Role => LEAST_ROLE[permission];

/** @param scopes of the API key that is used; null for a session, which may do all that its role may. */
export function isPermitted(
  permission: Permission,
  role: Role,
  scopes: readonly Scope[] | null,
): boolean {
  if (ROLES.indexOf(role) < ROLES.indexOf(LEAST_ROLE[permission])) return false;
  return scopes === null || scopes.some((scope) => scope === permission);
}

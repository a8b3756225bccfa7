import { expect, test } from "vitest";
import { PERMISSIONS, ROLES, isPermitted } from "./permissions.ts";

const permitted = (
  role: (typeof ROLES)[number],
  scopes: Parameters<typeof isPermitted>[2] = null,
) => PERMISSIONS.filter((permission) => isPermitted(permission, role, scopes));

test("each role may do what those before it may", () => {
  expect(ROLES.map((role) => permitted(role))).toEqual([
    ["read", "account"],
    ["read", "account", "memory", "library", "chat"],
    ["read", "account", "memory", "library", "chat", "operate"],
    ["read", "account", "memory", "library", "chat", "operate", "admin"],
  ]);
});

test("a key narrows its owner's role and never widens it", () => {
  expect(permitted("admin", ["read", "operate"])).toEqual(["read", "operate"]);
  expect(permitted("viewer", ["read", "memory", "operate", "admin"])).toEqual(["read"]);
  expect(permitted("admin", [])).toEqual([]);
});

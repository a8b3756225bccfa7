import type { CollectionName, DocumentKey, User } from "@vega/contracts";
import { isOwnedBy } from "@vega/contracts";
import { createHash } from "node:crypto";
import { inMemoryState } from "../../log/decision-testing.ts";
import { userRef } from "./documents.ts";
import { decideEraseUser } from "./erase.ts";
import { decideCreateUser } from "./commands.ts";

/* Accounts in memory, for tests of decisions. */

/** The same UUID for the same number. */
export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** What stands for a secret's hash. */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

export const LATER = "2026-03-01T00:00:00.000Z";
export const newUser = (id: string, username: string, role: User["role"] = "user") => ({
  user: { id, username, email: null, password_hash: "bcrypt", role },
  by: "self" as const,
  only_if_none: false,
});

/** Erases an account that has only these documents beside its user and index. */
export const eraseAll = (userId: string, documents: readonly DocumentKey[] = []) =>
  decideEraseUser({
    userId,
    documents,
    leases: [],
    holds: [],
    about: [],
    by: [],
    last: true,
  });

/** Accounts in memory. */
export function accountsInMemory() {
  const state = inMemoryState();
  const { documents, document, run } = state;
  return {
    ...state,
    user: (id: string) => document(userRef(id)),
    /** What an erasure finds of an account. */
    ownedBy: (userId: string) =>
      Object.keys(documents)
        .map((key) => {
          const slash = key.indexOf("/");
          return { collection: key.slice(0, slash) as CollectionName, id: key.slice(slash + 1) };
        })
        .filter((key) => isOwnedBy(userId, key)),
    create: (id: string, username: string, role?: User["role"]) =>
      run(decideCreateUser(newUser(id, username, role))),
  };
}

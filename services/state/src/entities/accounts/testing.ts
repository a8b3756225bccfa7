import type { CollectionName, DocumentKey, DocumentOf, JsonObject, User } from "@vega/contracts";
import { isOwnedBy } from "@vega/contracts";
import { createHash } from "node:crypto";
import type { Command } from "../../log/decision.ts";
import { changesFrom, NOW, viewOf } from "../../log/decision-testing.ts";
import type { DocumentRef } from "../../store/document-ref.ts";
import { userRef } from "./documents.ts";
import { decideEraseUser } from "./erase.ts";
import { decideCreateUser } from "./users.ts";

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

/** Documents that decisions change as the writer would: only what a command names is shown to it. */
export function accountsInMemory() {
  const documents: Record<string, JsonObject> = {};
  const document = <Name extends CollectionName>({ collection, id }: DocumentRef<Name>) =>
    documents[`${collection}/${id}`] as DocumentOf<Name> | undefined;
  /** Fails the test where the document is missing. */
  const stored = <Name extends CollectionName>(ref: DocumentRef<Name>) => {
    const found = document(ref);
    if (found === undefined) throw new Error(`${ref.collection}/${ref.id} is missing`);
    return found;
  };
  const namespaces: Parameters<typeof viewOf>[1] = {};
  const run = <Result>(command: Command<Result>, now = NOW) => {
    const listed = new Set(
      command.reads.flatMap((ref) => ("collection" in ref ? [`${ref.collection}/${ref.id}`] : [])),
    );
    const view = viewOf(undefined, namespaces, documents);
    const decision = command.decide(
      {
        ...view,
        get<Name extends CollectionName>(ref: DocumentRef<Name>) {
          const key = `${ref.collection}/${ref.id}`;
          if (!listed.has(key)) throw new Error(`the command does not list ${key} in its reads`);
          return view.get(ref);
        },
      },
      now,
    );
    if (!decision.ok) return { error: decision.error.code, events: [], result: undefined };
    for (const { collection, id, body } of [
      ...changesFrom(decision.events),
      ...decision.events.flatMap(({ sideChanges }) => sideChanges),
    ]) {
      if (body === null) delete documents[`${collection}/${id}`];
      else documents[`${collection}/${id}`] = structuredClone(body);
    }
    return { error: undefined, events: decision.events, result: decision.result };
  };
  return {
    documents,
    namespaces,
    run,
    /** Ids of a collection's documents. */
    ids: (collection: string) =>
      Object.keys(documents)
        .filter((key) => key.startsWith(`${collection}/`))
        .map((key) => key.slice(collection.length + 1)),
    document,
    stored,
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

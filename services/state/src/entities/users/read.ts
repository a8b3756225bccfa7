import type { CollectionName, ApiKey, OneTimeToken, Session, User } from "@vega/contracts";
import { ownedId } from "@vega/contracts";
import { apiKeyRef, emailRef, tokenRef, usernameRef, userRef } from "./documents.ts";
import type { DocumentRef } from "../../store/document-ref.ts";
import type { Store } from "../../store/store.ts";

/* How handlers read accounts outside of decisions. */

export const read = <Name extends CollectionName>(
  store: Store,
  { collection, id }: DocumentRef<Name>,
) => store.get(collection, id);

export async function readUser(store: Store, id: string): Promise<User | null> {
  return (await read(store, userRef(id))) ?? null;
}

export async function readToken(store: Store, hash: string): Promise<OneTimeToken | null> {
  return (await read(store, tokenRef(hash))) ?? null;
}

export async function findUser(
  store: Store,
  by: { id: string } | { username: string } | { email: string },
): Promise<User | null> {
  if ("id" in by) return readUser(store, by.id);
  const ref = "username" in by ? usernameRef(by.username) : emailRef(by.email);
  const claim = await read<"usernames" | "emails">(store, ref);
  return claim ? readUser(store, claim.user_id) : null;
}

export async function readSessions(store: Store, userId: string): Promise<Session[]> {
  const found = await store.query("sessions", { prefix: ownedId(userId, "") });
  return found.map(({ body }) => body);
}

export async function readApiKeys(store: Store, userId: string): Promise<ApiKey[]> {
  const found = await store.query("api_keys", { prefix: ownedId(userId, "") });
  return found.map(({ body }) => body);
}

export async function readApiKey(store: Store, userId: string, id: string): Promise<ApiKey | null> {
  return (await read(store, apiKeyRef(userId, id))) ?? null;
}

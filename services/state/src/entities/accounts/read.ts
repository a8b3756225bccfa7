import type { ApiKey, JsonObject, OneTimeToken, Session, User } from "@vega/contracts";
import { ownedId } from "@vega/contracts";
import { apiKeyRef, emailRef, tokenRef, usernameRef, userRef } from "./documents.ts";
import type { DocumentRef } from "../../log/decision.ts";
import type { Store } from "../../store/store.ts";

/* How handlers read accounts outside of decisions. */

export const read = (store: Store, { collection, id }: DocumentRef) => store.get(collection, id);

/** Documents whose bodies are of a known shape: the store holds what decisions of that shape wrote. */
const bodies = (found: readonly { body: JsonObject }[]): unknown => found.map(({ body }) => body);

export async function readUser(store: Store, id: string): Promise<User | null> {
  return ((await read(store, userRef(id))) as User | undefined) ?? null;
}

export async function readToken(store: Store, hash: string): Promise<OneTimeToken | null> {
  return ((await read(store, tokenRef(hash))) as OneTimeToken | undefined) ?? null;
}

export async function findUser(
  store: Store,
  by: { id: string } | { username: string } | { email: string },
): Promise<User | null> {
  if ("id" in by) return readUser(store, by.id);
  const ref = "username" in by ? usernameRef(by.username) : emailRef(by.email);
  const claim = await read(store, ref);
  return claim ? readUser(store, claim["user_id"] as string) : null;
}

export async function readSessions(store: Store, userId: string): Promise<Session[]> {
  return bodies(await store.query("sessions", { prefix: ownedId(userId, "") })) as Session[];
}

export async function readApiKeys(store: Store, userId: string): Promise<ApiKey[]> {
  return bodies(await store.query("api_keys", { prefix: ownedId(userId, "") })) as ApiKey[];
}

export async function readApiKey(store: Store, userId: string, id: string): Promise<ApiKey | null> {
  return ((await read(store, apiKeyRef(userId, id))) as ApiKey | undefined) ?? null;
}

import type { ApiKey, JsonObject, OneTimeToken, Session, User } from "@vega/contracts";
import { emailKey, ownedId, usernameKey } from "@vega/contracts";
import type { AccountIndex } from "../../store/collections.ts";
import type { Change } from "../../store/store.ts";
import type { DocumentRef, View } from "../../log/decision.ts";

/* Where the documents of accounts lie, and how decisions read and write them. */

export const userRef = (id: string): DocumentRef => ({ collection: "users", id });
export const usernameRef = (username: string): DocumentRef => ({
  collection: "usernames",
  id: usernameKey(username),
});
export const emailRef = (email: string): DocumentRef => ({
  collection: "emails",
  id: emailKey(email),
});
export const indexRef = (userId: string): DocumentRef => ({
  collection: "account_index",
  id: userId,
});
export const sessionRef = (userId: string, id: string): DocumentRef => ({
  collection: "sessions",
  id: ownedId(userId, id),
});
export const apiKeyRef = (userId: string, id: string): DocumentRef => ({
  collection: "api_keys",
  id: ownedId(userId, id),
});
export const tokenRef = (hash: string): DocumentRef => ({
  collection: "one_time_tokens",
  id: hash,
});
export const preferencesRef = (userId: string): DocumentRef => ({
  collection: "preferences",
  id: userId,
});
export const distillingRef = (userId: string): DocumentRef => ({
  collection: "distilling",
  id: userId,
});

/** The subject of an entry about a document. */
export const subjectOf = ({ collection, id }: DocumentRef): string => `${collection}/${id}`;

const read = (view: View, { collection, id }: DocumentRef): unknown =>
  view.document(collection, id);

export const readUser = (view: View, id: string) => read(view, userRef(id)) as User | undefined;
export const readSession = (view: View, userId: string, id: string) =>
  read(view, sessionRef(userId, id)) as Session | undefined;
export const readApiKey = (view: View, userId: string, id: string) =>
  read(view, apiKeyRef(userId, id)) as ApiKey | undefined;
export const readToken = (view: View, hash: string) =>
  read(view, tokenRef(hash)) as OneTimeToken | undefined;
export const exists = (view: View, ref: DocumentRef) => read(view, ref) !== undefined;

export const readIndex = (view: View, userId: string): AccountIndex =>
  (read(view, indexRef(userId)) as AccountIndex | undefined) ?? {
    sessions: [],
    api_keys: [],
    password_reset: null,
  };

export const put = (ref: DocumentRef, body: object): Change => ({
  ...ref,
  body: body as JsonObject,
});
export const remove = (ref: DocumentRef): Change => ({ ...ref, body: null });

export const putIndex = (userId: string, index: AccountIndex): Change =>
  put(indexRef(userId), index);

/** A time in the one spelling that the platform compares as text: milliseconds, UTC. */
export const canonicalTime = (time: string): string => new Date(time).toISOString();

export const NO_ACCOUNT = "there is no such account";

import { emailKey, ownedId, usernameKey } from "@vega/contracts";
import type { AccountIndex } from "../../store/collections.ts";
import type { Change } from "../../store/store.ts";
import type { DecisionView } from "../../log/decision.ts";
import type { DocumentRef } from "../../store/document-ref.ts";
import { documentRef, put } from "../../store/document-ref.ts";

/* Where the documents of accounts lie, and how decisions read and write them. */

export const userRef = (id: string) => documentRef("users", id);
export const usernameRef = (username: string) => documentRef("usernames", usernameKey(username));
export const emailRef = (email: string) => documentRef("emails", emailKey(email));
export const indexRef = (userId: string) => documentRef("account_index", userId);
export const sessionRef = (userId: string, id: string) =>
  documentRef("sessions", ownedId(userId, id));
export const apiKeyRef = (userId: string, id: string) =>
  documentRef("api_keys", ownedId(userId, id));
export const tokenRef = (hash: string) => documentRef("one_time_tokens", hash);
export const preferencesRef = (userId: string) => documentRef("preferences", userId);
export const distillingRef = (userId: string) => documentRef("distilling", userId);

export const readUser = (view: DecisionView, id: string) => view.get(userRef(id));
export const readSession = (view: DecisionView, userId: string, id: string) =>
  view.get(sessionRef(userId, id));
export const readApiKey = (view: DecisionView, userId: string, id: string) =>
  view.get(apiKeyRef(userId, id));
export const readToken = (view: DecisionView, hash: string) => view.get(tokenRef(hash));
export const exists = (view: DecisionView, ref: DocumentRef) => view.get(ref) !== undefined;

export const readIndex = (view: DecisionView, userId: string): AccountIndex =>
  view.get(indexRef(userId)) ?? { sessions: [], api_keys: [], password_reset: null };

export const putIndex = (userId: string, index: AccountIndex): Change =>
  put(indexRef(userId), index);

/** A time in the one spelling that the platform compares as text: milliseconds, UTC. */
export const canonicalTime = (time: string): string => new Date(time).toISOString();

export const NO_ACCOUNT = "there is no such account";

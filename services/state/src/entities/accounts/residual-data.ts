import { apiKeys, ownedId, sessions, storedNamespace, users } from "@vega/contracts";
import type { JsonObject, RequestContext } from "@vega/contracts";

/* What the log says about an account. */

/** Starts of the subjects of all entries about an account; ids have one length, so none starts another. */
export const subjectsOf = (userId: string): string[] => [
  `users/${userId}`,
  `preferences/${userId}`,
  `sessions/${ownedId(userId, "")}`,
  `api_keys/${ownedId(userId, "")}`,
  `conversations/${ownedId(userId, "")}`,
  `messages/${ownedId(userId, "")}`,
  `budgets/user/${userId}`,
  `usage_holds/${ownedId(userId, "")}`,
  `memory/${storedNamespace(userId, "")}`,
  `memory_namespaces/${storedNamespace(userId, "")}`,
];

/** What is looked at of an entry; `data` is null once its content was erased. */
interface Told {
  readonly type: string;
  readonly data: JsonObject | null;
}

/** From where an entry was caused, beside its context or, in older ones, within it. */
interface Caused {
  readonly context: RequestContext;
  readonly origin?: object | undefined;
}

/** What tells of the erasure itself: by ids only, and gateways must hear of it. */
export function isOfErasure({ type, data }: Told): boolean {
  if (type === users.events.erased.type) return true;
  const ends = type === sessions.events.ended.type || type === apiKeys.events.revoked.type;
  return ends && data?.["reason"] === "erased";
}

/** Whether an entry still says from where it was asked for. */
export function hasOrigin({ context: { actor }, origin }: Caused): boolean {
  return origin !== undefined || actor.address !== undefined || actor.user_agent !== undefined;
}

import { apiKeys, OWNED_COLLECTIONS, sessions, startOfIds, users } from "@vega/contracts";
import type { JsonObject, RequestContext } from "@vega/contracts";

/* Which entries of the log are about an account, and which still have their origin. */

/** The starts of the subjects of all entries about an account: `<collection>/<id>` of its documents. */
export const subjectsOf = (userId: string): string[] =>
  OWNED_COLLECTIONS.map(
    ({ collection, ownership }) => `${collection}/${startOfIds(ownership, userId)}`,
  );

/** An entry's type and data; `data` is null once its content was erased. */
interface TypedEntry {
  readonly type: string;
  readonly data: JsonObject | null;
}

/** An entry's origin stands beside its context; in entries of older versions within it. */
interface EntryOrigin {
  readonly context: RequestContext;
  readonly origin?: object | undefined;
}

/** Whether an entry records the erasure itself. It stays: it has ids only, and gateways act on it. */
export function isOfErasure({ type, data }: TypedEntry): boolean {
  if (type === users.events.erased.type) return true;
  const ends = type === sessions.events.ended.type || type === apiKeys.events.revoked.type;
  return ends && data?.["reason"] === "erased";
}

/** Whether an entry still has the address or the user agent of its request. */
export function hasOrigin({ context: { actor }, origin }: EntryOrigin): boolean {
  return origin !== undefined || actor.address !== undefined || actor.user_agent !== undefined;
}

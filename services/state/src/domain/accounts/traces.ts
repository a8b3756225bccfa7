import { apiKeyRevoked, ownedId, sessionEnded, storedNamespace, userErased } from "@vega/contracts";
import type { LogEntry } from "../../store/store.ts";

/* What the log says about an account. */

/** Starts of the subjects of all entries about an account; ids have one length, so none starts another. */
export const subjectsOf = (userId: string): string[] => [
  `users/${userId}`,
  `preferences/${userId}`,
  `sessions/${ownedId(userId, "")}`,
  `api_keys/${ownedId(userId, "")}`,
  `memory/${storedNamespace(userId, "")}`,
  `memory_namespaces/${storedNamespace(userId, "")}`,
];

/** What tells of the erasure itself: by ids only, and gateways must hear of it. */
export function isOfErasure({ type, data }: Pick<LogEntry, "type" | "data">): boolean {
  if (type === userErased.type) return true;
  return [sessionEnded.type, apiKeyRevoked.type].includes(type) && data["reason"] === "erased";
}

/** Whether an entry still says from where it was asked for. */
export function hasOrigin({ context }: Pick<LogEntry, "context">): boolean {
  return context.actor.address !== undefined || context.actor.user_agent !== undefined;
}

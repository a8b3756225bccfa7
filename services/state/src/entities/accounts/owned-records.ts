import type { AccountIndex } from "../../store/schemas.ts";
import { apiKeyRevoked, sessionEnded } from "@vega/contracts";
import type { z } from "zod";
import type { NewEvent } from "../../log/decision.ts";
import { event } from "../../log/decision.ts";
import { budgetRef } from "../usage/documents.ts";
import { apiKeyRef, remove, sessionRef, subjectOf } from "./documents.ts";

/* How sessions and keys end: an event each, which gateways act on, and their documents are gone. */

export type EndReason = z.output<typeof sessionEnded.data>["reason"];
export type RevokeReason = z.output<typeof apiKeyRevoked.data>["reason"];

export const endSession = (userId: string, id: string, reason: EndReason): NewEvent => {
  const ref = sessionRef(userId, id);
  const data = { session_id: id, user_id: userId, reason };
  return event(sessionEnded, subjectOf(ref), data, [remove(ref)]);
};

export const revokeKey = (userId: string, id: string, reason: RevokeReason): NewEvent => {
  const ref = apiKeyRef(userId, id);
  const data = { key_id: id, user_id: userId, reason };
  return event(apiKeyRevoked, subjectOf(ref), data, [remove(ref), remove(budgetRef("key", id))]);
};

/** An account's index without some of its sessions or keys. */
export function without(
  index: AccountIndex,
  field: "sessions" | "api_keys",
  ids: readonly string[],
): AccountIndex {
  return { ...index, [field]: index[field].filter((id) => !ids.includes(id)) };
}

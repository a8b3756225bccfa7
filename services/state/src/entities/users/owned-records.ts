import type { AccountIndex } from "../../store/collections.ts";
import { apiKeys, sessions } from "@vega/contracts";
import type { z } from "zod";
import type { NewEvent } from "../../log/decision.ts";
import { event } from "../../log/decision.ts";
import { budgetRef } from "../usage/documents.ts";
import { apiKeyRef, sessionRef } from "./documents.ts";
import { remove, subjectOf } from "../../store/document-ref.ts";

/* How sessions and keys end: an event each, which gateways act on, and their documents are gone. */

export type EndReason = z.output<typeof sessions.events.ended.data>["reason"];
export type RevokeReason = z.output<typeof apiKeys.events.revoked.data>["reason"];

export const endSession = (userId: string, id: string, reason: EndReason): NewEvent => {
  const ref = sessionRef(userId, id);
  const data = { session_id: id, user_id: userId, reason };
  return event(sessions.events.ended, subjectOf(ref), data, [remove(ref)]);
};

export const revokeKey = (userId: string, id: string, reason: RevokeReason): NewEvent => {
  const ref = apiKeyRef(userId, id);
  const data = { key_id: id, user_id: userId, reason };
  return event(apiKeys.events.revoked, subjectOf(ref), data, [
    remove(ref),
    remove(budgetRef("key", id)),
  ]);
};

/** An account's index without some of its sessions or keys. */
export function without(
  index: AccountIndex,
  field: "sessions" | "api_keys",
  ids: readonly string[],
): AccountIndex {
  return { ...index, [field]: index[field].filter((id) => !ids.includes(id)) };
}

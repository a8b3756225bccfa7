import type { User } from "@vega/contracts";
import type { Change } from "../../store/store.ts";
import type { DocumentRef, View } from "../../log/decision.ts";
import { put } from "./documents.ts";

/*
 * What has to be known over all accounts at once, in documents of its own: a decision looks at documents by their
 * names and can't search.
 */

/** All administrators that are not disabled. */
export const ADMINS: DocumentRef = { collection: "account_facts", id: "admins" };
/** Accounts that are gone, of which something may still be left. */
export const ERASING: DocumentRef = { collection: "account_facts", id: "erasing" };
/** Key ids, the newest last. */
export const SIGNING_KEYS: DocumentRef = { collection: "account_facts", id: "signing_keys" };

export function idsOf(view: View, fact: DocumentRef): readonly string[] {
  return (view.document(fact.collection, fact.id)?.["ids"] as string[] | undefined) ?? [];
}

/** The change after which an id stands in a fact or not; none where it is so already. */
export function factChange(view: View, fact: DocumentRef, id: string, member: boolean): Change[] {
  const ids = idsOf(view, fact);
  if (ids.includes(id) === member) return [];
  return [put(fact, { ids: member ? [...ids, id] : ids.filter((other) => other !== id) })];
}

/** Whether an account counts for "there is an administrator". */
export const isActiveAdmin = ({ role, disabled }: Pick<User, "role" | "disabled">): boolean =>
  role === "admin" && !disabled;

/** Whether nobody could administer without this one. */
export function isLastAdmin(view: View, id: string): boolean {
  const ids = idsOf(view, ADMINS);
  return ids.length === 1 && ids[0] === id;
}

export const LAST_ADMIN = "it would leave no administrator; make another account one first";

import type { User } from "@vega/contracts";
import type { Change } from "../../store/store.ts";
import type { DecisionView } from "../../log/decision.ts";
import type { DocumentRef } from "../../store/document-ref.ts";
import { documentRef, put } from "../../store/document-ref.ts";

/*
 * What has to be known over all accounts at once, in documents of its own: a decision looks at documents by their
 * names and can't search.
 */

type IndexRef = DocumentRef<"account_facts">;

/** All administrators that are not disabled. */
export const ADMINS = documentRef("account_facts", "admins");
/** Accounts that are gone, of which something may still be left. */
export const ERASING = documentRef("account_facts", "erasing");
/** Key ids, the newest last. */
export const SIGNING_KEYS = documentRef("account_facts", "signing_keys");

export function idsOf(view: DecisionView, fact: IndexRef): readonly string[] {
  return view.get(fact)?.ids ?? [];
}

/** The change after which an id stands in a fact or not; none where it is so already. */
export function indexChange(
  view: DecisionView,
  fact: IndexRef,
  id: string,
  member: boolean,
): Change[] {
  const ids = idsOf(view, fact);
  if (ids.includes(id) === member) return [];
  return [put(fact, { ids: member ? [...ids, id] : ids.filter((other) => other !== id) })];
}

/** Whether an account counts for "there is an administrator". */
export const isActiveAdmin = ({ role, disabled }: Pick<User, "role" | "disabled">): boolean =>
  role === "admin" && !disabled;

/** Whether nobody could administer without this one. */
export function isLastAdmin(view: DecisionView, id: string): boolean {
  const ids = idsOf(view, ADMINS);
  return ids.length === 1 && ids[0] === id;
}

export const LAST_ADMIN = "it would leave no administrator; make another account one first";

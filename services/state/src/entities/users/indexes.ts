import type { User } from "@vega/contracts";
import type { Change } from "../../store/store.ts";
import type { DecisionView } from "../../log/decision.ts";
import type { DocumentRef } from "../../store/document-ref.ts";
import { documentRef, put } from "../../store/document-ref.ts";

/* Indexes over all accounts, as documents: a decision reads documents by id and can't search. */

type IndexRef = DocumentRef<"account_facts">;

/** Ids of the administrators that are not disabled. */
export const ADMINS = documentRef("account_facts", "admins");
/** Ids of erased accounts that may have residual data. */
export const ERASING = documentRef("account_facts", "erasing");
/** Key ids, the newest last. */
export const SIGNING_KEYS = documentRef("account_facts", "signing_keys");

export function idsOf(view: DecisionView, index: IndexRef): readonly string[] {
  return view.get(index)?.ids ?? [];
}

/** The change that adds an id to an index or removes it; none where the index is so already. */
export function indexChange(
  view: DecisionView,
  index: IndexRef,
  id: string,
  member: boolean,
): Change[] {
  const ids = idsOf(view, index);
  if (ids.includes(id) === member) return [];
  return [put(index, { ids: member ? [...ids, id] : ids.filter((other) => other !== id) })];
}

/** Whether an account counts for "there is an administrator". */
export const isActiveAdmin = ({ role, disabled }: Pick<User, "role" | "disabled">): boolean =>
  role === "admin" && !disabled;

/** Whether this is the only active administrator. */
export function isLastAdmin(view: DecisionView, id: string): boolean {
  const ids = idsOf(view, ADMINS);
  return ids.length === 1 && ids[0] === id;
}

export const LAST_ADMIN = "it would leave no administrator; make another account one first";

import type { Budget, BudgetScope, Reservation, UsageDay } from "@vega/contracts";
import { ownerKey, WHOLE_SYSTEM } from "@vega/contracts";
import { documentRef, put } from "../../store/document-ref.ts";
import type { Change } from "../../store/store.ts";
import type { DecisionView } from "../../log/decision.ts";
import type { DocumentRef } from "../../store/document-ref.ts";

/* References to the documents of usage and budgets, reads and changes of them. */

/** The owner's key of system-wide usage. */
export const SYSTEM = "system";

/** @param owner an owner's key, or SYSTEM */
export const usageDayRef = (owner: string, day: string) =>
  documentRef("usage_days", `${owner}/${day}`);
/** Names an owner with usage on a day, so that a query reads those owners only. */
export const usagePlaceRef = (day: string, owner: string) =>
  documentRef("usage_places", `${day}/${owner}`);
export const budgetRef = (scope: BudgetScope, id: string) =>
  documentRef("budgets", `${scope}/${id}`);

export const readUsageDay = (view: DecisionView, owner: string, day: string) =>
  view.get(usageDayRef(owner, day));
export const putUsageDay = (day: UsageDay): Change => put(usageDayRef(day.owner, day.day), day);

export const readBudget = (view: DecisionView, ref: DocumentRef<"budgets">) => view.get(ref);
export const putBudget = (budget: Budget): Change =>
  put(budgetRef(budget.scope, budget.id), budget);

/** The budgets that limit a completion. */
export function budgetRefs(
  owner: string | null,
  charge: Pick<Reservation, "key_id" | "agent"> | null,
): DocumentRef<"budgets">[] {
  return [
    ...(owner === null ? [] : [budgetRef("user", owner)]),
    ...(charge?.key_id == null ? [] : [budgetRef("key", charge.key_id)]),
    ...(charge?.agent == null ? [] : [budgetRef("agent", charge.agent)]),
    budgetRef("system", WHOLE_SYSTEM),
  ];
}

/** The documents that the settlement of a completion reads. */
export const settleRefs = (owner: string | null, reservation: Reservation): DocumentRef[] => [
  usageDayRef(ownerKey(owner), reservation.day),
  usageDayRef(SYSTEM, reservation.day),
  ...budgetRefs(owner, reservation),
];

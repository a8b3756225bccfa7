import type { Budget, BudgetScope, Reservation, UsageDay } from "@vega/contracts";
import { ownerKey, WHOLE_SYSTEM } from "@vega/contracts";
import { documentRef, put } from "../../store/document-ref.ts";
import type { Change } from "../../store/store.ts";
import type { DecisionView } from "../../log/decision.ts";
import type { DocumentRef } from "../../store/document-ref.ts";

/* Where the documents of usage and budgets lie, and how decisions read and write them. */

/** In the place of an owner's key: the whole system. */
export const SYSTEM = "system";

/** @param owner an owner's key, or SYSTEM */
export const usageDayRef = (owner: string, day: string) =>
  documentRef("usage_days", `${owner}/${day}`);
/** Says who used something on a day, so that nobody else has to be looked for. */
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

/** Whose budgets an answer is under. */
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

/** Where the end of an answer is counted. */
export const settleRefs = (owner: string | null, reservation: Reservation): DocumentRef[] => [
  usageDayRef(ownerKey(owner), reservation.day),
  usageDayRef(SYSTEM, reservation.day),
  ...budgetRefs(owner, reservation),
];

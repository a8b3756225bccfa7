import type { Budget, BudgetLimits, BudgetScope } from "@vega/contracts";
import { WHOLE_SYSTEM, budgets } from "@vega/contracts";
import { NO_ACCOUNT, userRef } from "../users/documents.ts";
import { remove, subjectOf } from "../../store/document-ref.ts";
import type { Command, DecisionView } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { budgetAt, nothingSpent, periodOf } from "./check.ts";
import {
  budgetRef,
  putBudget,
  readBudget,
  readUsageDay,
  SYSTEM,
  usageDayRef,
} from "../usage/documents.ts";
import { usd } from "../usage/totals.ts";

/* How administrators make, change and remove budgets. */

/** Whose rollups a budget's first figures come from; undefined: of this scope there are none. */
function rolledUp(scope: BudgetScope, id: string): string | undefined {
  if (scope === "system") return SYSTEM;
  return scope === "user" ? id : undefined;
}

const DAYS = Array.from({ length: 31 }, (_, n) => String(n + 1).padStart(2, "0"));

/** @param asked.month the present one as the caller knows it. @param asked.uid for a new budget */
export function decidePutBudget(asked: {
  readonly scope: BudgetScope;
  readonly id: string;
  readonly limits: BudgetLimits;
  readonly uid: string;
  readonly month: string;
}): Command<Budget> {
  const { scope, id, limits, uid, month } = asked;
  const ref = budgetRef(scope, id);
  const whose = rolledUp(scope, id);
  const days = whose === undefined ? [] : DAYS.map((day) => usageDayRef(whose, `${month}-${day}`));
  return {
    reads: [ref, ...days, ...(scope === "user" ? [userRef(id)] : [])],
    decide(view, now) {
      if (scope === "system" && id !== WHOLE_SYSTEM) {
        return refuse("invalid", `the budget of the system has the id ${WHOLE_SYSTEM}`);
      }
      if (scope === "user" && !view.get(userRef(id))) return refuse("not_found", NO_ACCOUNT);
      const before = readBudget(view, ref);
      const next: Budget = before
        ? { ...budgetAt(before, now), limits, updated_at: now }
        : { uid, scope, id, limits, ...spentSoFar(view, whose, month, now), updated_at: now };
      const data = { scope, id, limits };
      return accept([event(budgets.events.changed, subjectOf(ref), data, [putBudget(next)])], next);
    },
  };
}

function spentSoFar(view: DecisionView, whose: string | undefined, month: string, now: string) {
  const today = periodOf("day", now);
  const spent = {
    day: nothingSpent(today),
    month: nothingSpent(periodOf("month", now)),
  };
  // In the moment between two months there is nothing to count yet.
  if (whose === undefined || spent.month.period !== month) return spent;
  for (const date of DAYS) {
    const day = `${month}-${date}`;
    const total = readUsageDay(view, whose, day)?.total;
    if (!total) continue;
    for (const one of day === today ? [spent.day, spent.month] : [spent.month]) {
      one.tokens += total.prompt_tokens + total.completion_tokens;
      one.usd = usd(one.usd + total.cost_usd);
    }
  }
  return spent;
}

export function decideRemoveBudget(scope: BudgetScope, id: string): Command<null> {
  const ref = budgetRef(scope, id);
  return {
    reads: [ref],
    decide(view) {
      if (!readBudget(view, ref)) return refuse("not_found", "there is no such budget");
      return accept(
        [event(budgets.events.removed, subjectOf(ref), { scope, id }, [remove(ref)])],
        null,
      );
    },
  };
}

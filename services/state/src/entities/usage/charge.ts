import type { Budget, Charge, Message, Reservation, UsageTotals } from "@vega/contracts";
import { ownerKey } from "@vega/contracts";
import type { Change } from "../../store/store.ts";
import { put } from "../../store/document-ref.ts";
import { countedDay } from "../../clock/clock.ts";
import type { Decision, DecisionView } from "../../log/decision.ts";
import { accept, refuse } from "../../log/decision.ts";
import { broken, reserved, settled } from "../budgets/check.ts";
import type { Ended } from "../budgets/consumed.ts";
import { consumedBy } from "../budgets/consumed.ts";
import {
  budgetRefs,
  putBudget,
  putUsageDay,
  readBudget,
  readUsageDay,
  SYSTEM,
  usagePlaceRef,
} from "./documents.ts";
import { withAnswer } from "./rollups.ts";

/* Reservation and settlement of a completion in budgets and rollups. */

type Owner = string | null;

/** The charge of a completion of unknown cost. */
const FREE: Charge = {
  key_id: null,
  agent: null,
  prompt_tokens: 0,
  max_tokens: 0,
  max_cost_usd: null,
  price: null,
};

const readBudgets = (
  view: DecisionView,
  owner: Owner,
  of: Pick<Charge, "key_id" | "agent"> | null,
) => budgetRefs(owner, of).flatMap((ref) => readBudget(view, ref) ?? []);

const WHOSE: Readonly<Record<Budget["scope"], string>> = {
  user: "your budget",
  key: "the API key's budget",
  agent: "the agent's budget",
  system: "the budget of the whole system",
};

/** Reserves the upper bound of a completion in all of its budgets, or in none. */
export function reserve(
  view: DecisionView,
  owner: Owner,
  asked: Charge | null,
  now: string,
): Decision<{ readonly reservation: Reservation; readonly changes: Change[] }> {
  const charge = asked ?? FREE;
  const most = { tokens: charge.max_tokens, usd: charge.max_cost_usd };
  const budgets = readBudgets(view, owner, charge);
  // One day for all budgets: a reservation on another day would never be released.
  const today = countedDay(
    now,
    budgets.map(({ day }) => day.period),
  );
  for (const budget of budgets) {
    const limit = broken(budget, most, today);
    if (!limit) continue;
    const amount = limit.unit === "tokens" ? `${most.tokens} tokens` : `${most.usd} USD`;
    return refuse(
      "budget_exceeded",
      `${WHOSE[budget.scope]} for this ${limit.period} does not allow this: it may take up to ${amount}; ` +
        "ask for less (max_tokens), or wait for the next period",
    );
  }
  const reservation = {
    ...charge,
    day: today,
    budgets: budgets.map(({ uid }) => uid),
  };
  const changes = budgets.map((budget) => putBudget(reserved(budget, most, today)));
  return accept([], { reservation, changes });
}

/**
 * Settles a completion in rollups and budgets. The command lists `settleRefs` in its reads.
 * @param options.isErasure the owner is erased: only system-wide usage is written
 * @param options.counts false for a call outside of conversations: its tokens and cost count, not the call
 */
export function settle(
  view: DecisionView,
  message: Ended & Pick<Message, "owner" | "model">,
  reservation: Reservation,
  { isErasure = false, counts = true } = {},
): { readonly took: UsageTotals; readonly changes: Change[] } {
  const { owner, model } = message;
  const { day, agent } = reservation;
  const all = consumedBy(message, reservation);
  const took = counts ? all : { ...all, answers: 0, incomplete: 0, estimated: 0, unpriced: 0 };
  const tokens = took.prompt_tokens + took.completion_tokens;
  const changes: Change[] = [];
  for (const whose of isErasure ? [SYSTEM] : [ownerKey(owner), SYSTEM]) {
    const before = readUsageDay(view, whose, day);
    changes.push(putUsageDay(withAnswer(before, { owner: whose, day }, took, { model, agent })));
    if (!before && whose !== SYSTEM) changes.push(put(usagePlaceRef(day, whose), { owner: whose }));
  }
  for (const budget of readBudgets(view, isErasure ? null : owner, reservation)) {
    const isHeld = reservation.budgets.includes(budget.uid);
    const held = isHeld ? { tokens: reservation.max_tokens, usd: reservation.max_cost_usd } : null;
    changes.push(putBudget(settled(budget, held, { tokens, usd: took.cost_usd }, day)));
  }
  return { took, changes };
}

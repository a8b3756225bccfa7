import type { Budget, Spending } from "@vega/contracts";
import { countedDay } from "../../clock/clock.ts";
import { usd } from "../usage/totals.ts";

/* The arithmetic of one budget. Periods are days and months in UTC, each counted separately. */

export const PERIODS = ["day", "month"] as const;
export type Period = (typeof PERIODS)[number];

/** @param at ISO 8601, UTC, or a day. @returns `2026-11-23` or `2026-11` */
export const periodOf = (period: Period, at: string): string =>
  at.slice(0, period === "day" ? 10 : 7);

/** @param usd null: no price is known, so only tokens count */
export interface Amount {
  readonly tokens: number;
  readonly usd: number | null;
}

export const nothingSpent = (period: string): Spending => ({
  period,
  tokens: 0,
  usd: 0,
  reserved_tokens: 0,
  reserved_usd: 0,
});

const spendingAt = (spending: Spending, period: string): Spending =>
  spending.period === period ? spending : nothingSpent(period);

/** The budget as of a day and its month; nothing is spent in periods other than the stored ones. */
export const budgetOn = (budget: Budget, at: string): Budget => ({
  ...budget,
  day: spendingAt(budget.day, periodOf("day", at)),
  month: spendingAt(budget.month, periodOf("month", at)),
});

/** The limit that an amount would exceed; undefined where it fits. @param at the day */
export function broken(
  budget: Budget,
  { tokens, usd: money }: Amount,
  at: string,
): { readonly period: Period; readonly unit: "usd" | "tokens" } | undefined {
  const present = budgetOn(budget, at);
  for (const period of PERIODS) {
    const spent = present[period];
    const limits = budget.limits[period];
    if (
      limits?.tokens !== undefined &&
      spent.tokens + spent.reserved_tokens + tokens > limits.tokens
    ) {
      return { period, unit: "tokens" };
    }
    if (
      limits?.usd !== undefined &&
      money !== null &&
      usd(spent.usd + spent.reserved_usd + money) > limits.usd
    ) {
      return { period, unit: "usd" };
    }
  }
  return undefined;
}

export function reserved(budget: Budget, amount: Amount, at: string): Budget {
  const present = budgetOn(budget, at);
  const more = (spending: Spending): Spending => ({
    ...spending,
    reserved_tokens: spending.reserved_tokens + amount.tokens,
    reserved_usd: usd(spending.reserved_usd + (amount.usd ?? 0)),
  });
  return { ...present, day: more(present.day), month: more(present.month) };
}

/** The budget as of the present day. */
export const budgetAt = (budget: Budget, now: string): Budget =>
  budgetOn(budget, countedDay(now, [budget.day.period]));

/**
 * Settles a completion: its reservation is released and its usage is spent, in the periods of its start. Other periods
 * do not change: those that are over, and those that a clock ahead of time began.
 * @param held null: nothing was reserved in this budget
 * @param day of the completion's start
 */
export function settled(budget: Budget, held: Amount | null, took: Amount, day: string): Budget {
  const ended = (spending: Spending, period: Period): Spending => {
    const began = periodOf(period, day);
    if (spending.period !== began) return spending;
    const { tokens, usd: money, reserved_tokens, reserved_usd } = spending;
    return {
      period: began,
      tokens: tokens + took.tokens,
      usd: usd(money + (took.usd ?? 0)),
      reserved_tokens: Math.max(0, reserved_tokens - (held?.tokens ?? 0)),
      reserved_usd: Math.max(0, usd(reserved_usd - (held?.usd ?? 0))),
    };
  };
  return { ...budget, day: ended(budget.day, "day"), month: ended(budget.month, "month") };
}

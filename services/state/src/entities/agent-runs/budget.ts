import type { AgentDefinition } from "@vega/contracts";
import type { AgentWork } from "../../store/collections.ts";
import { countedDay } from "../../clock/clock.ts";

/** Tokens of the day's budget that are left, never below 0; null where there is no limit. */
export function tokensLeft(
  { budget }: Pick<AgentDefinition, "budget">,
  work: Pick<AgentWork, "day" | "tokens">,
  now: string,
): number | null {
  if (budget.tokens_per_day === null) return null;
  const used = work.day === countedDay(now, [work.day]) ? work.tokens : 0;
  return Math.max(0, budget.tokens_per_day - used);
}

/** What was used is counted to the day on which the run ended. */
export function withTokens(work: AgentWork, tokens: number, now: string): AgentWork {
  const day = countedDay(now, [work.day]);
  const before = work.day === day ? work.tokens : 0;
  return { ...work, day, tokens: before + tokens };
}

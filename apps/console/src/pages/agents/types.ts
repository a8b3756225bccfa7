import type { AgentDefinition, AgentRun, AgentSchedule } from "@vega/contracts";
import { number } from "../../i18n/format.ts";
import { t } from "./words.ts";

export type Definition = Omit<AgentDefinition, "name">;

export interface Runs {
  readonly runs: readonly AgentRun[];
  readonly next_cursor: string | null;
}

export const BUILT_IN: ReadonlySet<string> = new Set(["ae_agent", "ae_symbol_agent", "miracore"]);

/** A schedule in words. */
export function scheduleText(schedule: AgentSchedule): string {
  if (schedule === null) return t.manual;
  return "every" in schedule
    ? t.every(number(schedule.every))
    : t.phases(schedule.phases.join(", "));
}

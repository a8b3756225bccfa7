import type { AuditEntry, JsonObject } from "@vega/contracts";
import {
  agentChanged,
  agentRemoved,
  crystalCreated,
  crystalImported,
  crystalRestored,
  logThinned,
  loopIterated,
  loopStarted,
  loopStopped,
  memoryChanged,
  memoryConfigured,
  memoryDeleted,
  moduleChanged,
} from "@vega/contracts";

const at = (data: JsonObject, ...path: string[]): string => {
  let value: unknown = data;
  for (const key of path) value = (value as JsonObject | undefined)?.[key];
  return String(value);
};

const SENTENCES: Readonly<Record<string, (data: JsonObject) => string>> = {
  [crystalCreated.type]: () => "the system was made",
  [crystalImported.type]: () => "a time_crystal.json took the place of the state",
  [crystalRestored.type]: (data) =>
    `put back to what it was at ${at(data, "of")}: ${at(data, "parts").replaceAll(",", ", ")}`,
  [loopIterated.type]: (data) =>
    `iteration ${at(data, "tick", "iteration")}, phase ${at(data, "tick", "phase")}`,
  [loopStarted.type]: () => "the loop was started",
  [loopStopped.type]: () => "the loop was stopped",
  [agentChanged.type]: (data) =>
    `agent ${at(data, "agent", "name")}: ${data["previous_state"] === null ? "new" : at(data, "previous_state")} → ${at(data, "agent", "state")}`,
  [agentRemoved.type]: (data) => `agent ${at(data, "name")} was taken away`,
  [moduleChanged.type]: (data) =>
    `module ${at(data, "module", "name")} is ${at(data, "module", "status")}`,
  [memoryChanged.type]: (data) => `remembered ${at(data, "namespace")}/${at(data, "key")}`,
  [memoryDeleted.type]: (data) =>
    `forgot ${at(data, "namespace")}/${at(data, "key")} (${at(data, "reason")})`,
  [logThinned.type]: (data) =>
    `the log was thinned out: ${at(data, "removed")} entries from ${at(data, "from")} on are no more`,
  [memoryConfigured.type]: (data) => `the schema of ${at(data, "namespace")} was changed`,
};

/** Types of entries that the history tells; accounts and errors are the audit trail's. */
export const TOLD: ReadonlySet<string> = new Set(Object.keys(SENTENCES));

/** One sentence of what an entry says. */
export function summaryOf({ action, data }: Pick<AuditEntry, "action" | "data">): string {
  if (data === null) return "erased";
  return SENTENCES[action]?.(data) ?? action;
}

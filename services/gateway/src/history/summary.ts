import type { AuditEntry } from "@vega/contracts";
import { eventContract } from "@vega/contracts";

/** Whether the history lists entries of a type; those of accounts and errors are in the audit trail alone. */
export const isListed = (type: string): boolean => Boolean(eventContract(type)?.describe);

/** One sentence about an entry. */
export function summaryOf({ action, data }: Pick<AuditEntry, "action" | "data">): string {
  if (data === null) return "erased";
  return eventContract(action)?.describe?.(data) ?? action;
}

import type { AuditEntry } from "@vega/contracts";
import { eventContract } from "@vega/contracts";

/** Whether the history lists an entry. Entries of accounts and of errors are in the audit trail only. */
export function isListed({ action, data }: Pick<AuditEntry, "action" | "data">): boolean {
  const contract = eventContract(action);
  if (!contract?.describe) return false;
  const audience = contract.streamed?.audience;
  return data === null || audience?.to !== "account" || audience.accountOf(data) === null;
}

/** One sentence about an entry. */
export function summaryOf({ action, data }: Pick<AuditEntry, "action" | "data">): string {
  if (data === null) return "erased";
  return eventContract(action)?.describe?.(data) ?? action;
}

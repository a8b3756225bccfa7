import { eventContract, LOG_EVENTS } from "./registry.ts";

/* What GET /api/history shows of the log. It is not in `history/`, because it needs the events of all entities. */

interface Entry {
  readonly type: string;
  /** Null where the content was erased. */
  readonly data: unknown;
}

/** Types of which the history lists entries: all that have a sentence. */
export const LISTED_TYPES: readonly string[] = LOG_EVENTS.filter(
  ({ describe }) => describe !== null,
).map(({ type }) => type);

/** Whether the history lists an entry. Entries of accounts and of errors are in the audit trail only. */
export function isListed({ type, data }: Entry): boolean {
  const contract = eventContract(type);
  if (!contract?.describe) return false;
  const audience = contract.streamed?.audience;
  return data === null || audience?.to !== "account" || audience.accountOf(data) === null;
}

/** One sentence about an entry. */
export function summaryOf({ type, data }: Entry): string {
  if (data === null) return "erased";
  return eventContract(type)?.describe?.(data) ?? type;
}

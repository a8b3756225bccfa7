import type { AuditEntry } from "@vega/contracts";

/** Columns of the audit trail as CSV (RFC 4180), in this order; `data` is JSON. */
export const AUDIT_COLUMNS = [
  "sequence",
  "time",
  "action",
  "subject",
  "actor",
  "address",
  "user_agent",
  "request_id",
  "data",
  "erased",
  "hash",
] as const satisfies readonly (keyof AuditEntry)[];

export function toCsvLine(entry: AuditEntry): string {
  return `${AUDIT_COLUMNS.map((column) => cell(entry[column])).join(",")}\r\n`;
}

/** One CSV value. Spreadsheets do not execute it as a formula. */
export function cell(value: AuditEntry[(typeof AUDIT_COLUMNS)[number]]): string {
  if (value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  // A spreadsheet executes text that begins like this, and clients choose their user agent.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

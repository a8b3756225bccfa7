/*
 * Replies arrive on `_VEGA_INBOX.<caller>.<responder>.…`, so that permissions restrict both who reads a reply and who
 * sends it. NATS' `allow_responses` is not enough: it lets a responder publish on any subject that a caller names, and
 * costs the server state for every message with a reply subject.
 */

const ROOT = "_VEGA_INBOX";

/** The responder part where several services or the NATS server reply. */
export const ANY_RESPONDER = "all";

/** Prefix of reply subjects that only `caller` reads and only `responder` publishes on. */
export function inboxOf(caller: string, responder: string): string {
  return `${ROOT}.${caller}.${responder}`;
}

/** Whether a subject is a reply subject. */
export const isInbox = (subject: string): boolean => subject.startsWith(`${ROOT}.`);

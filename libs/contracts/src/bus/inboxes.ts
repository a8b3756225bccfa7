/*
 * Answers come in on `_VEGA_INBOX.<who asks>.<who answers>.…`. So permissions can say that nobody reads what another
 * asked, and that nobody answers in another's name. `allow_responses` would not do: it lets whoever answers publish
 * on any subject that an asker names, and costs the server a note for every message with a reply subject.
 */

const ROOT = "_VEGA_INBOX";

/** Stands for whoever answers, where several do or the server itself. */
export const EVERYBODY = "all";

/** What `asker` alone reads, and `answerer` alone may answer on: the beginning of reply subjects. */
export function inboxOf(asker: string, answerer: string): string {
  return `${ROOT}.${asker}.${answerer}`;
}

/** Whether a subject is one for answers. */
export const isInbox = (subject: string): boolean => subject.startsWith(`${ROOT}.`);

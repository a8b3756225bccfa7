import type { ResyncReason } from "./frames.ts";

/** Where a client's stream goes on, or why it can't. */
export type Resume = { readonly cursor: number } | { readonly resync: ResyncReason };

/** The sequence in a Last-Event-ID, or undefined where there is none in it. */
export function parseEventId(lastEventId: string): number | undefined {
  if (!/^\d{1,16}$/.test(lastEventId)) return undefined;
  const sequence = Number(lastEventId);
  return Number.isSafeInteger(sequence) ? sequence : undefined;
}

/** @param lastEventId undefined or empty for a client that has seen nothing: it begins at the head. */
export function resumeAt(lastEventId: string | undefined, head: number): Resume {
  if (!lastEventId) return { cursor: head };
  const sequence = parseEventId(lastEventId);
  if (sequence === undefined) return { resync: "invalid_id" };
  // Of a log that is no longer, or that lost its end.
  if (sequence > head) return { resync: "unknown_id" };
  return { cursor: sequence };
}

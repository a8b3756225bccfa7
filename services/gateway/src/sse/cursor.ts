import type { ResyncReason } from "./frames.ts";

/** The position from which a stream resumes, or the reason for a resync. */
export type Resume = { readonly cursor: number } | { readonly resync: ResyncReason };

/** The sequence of a Last-Event-ID; undefined for a malformed one. */
export function parseEventId(lastEventId: string): number | undefined {
  if (!/^\d{1,16}$/.test(lastEventId)) return undefined;
  const sequence = Number(lastEventId);
  return Number.isSafeInteger(sequence) ? sequence : undefined;
}

/** @param lastEventId undefined or empty for a new client, which starts at the head. */
export function resumeAt(lastEventId: string | undefined, head: number): Resume {
  if (!lastEventId) return { cursor: head };
  const sequence = parseEventId(lastEventId);
  if (sequence === undefined) return { resync: "invalid_id" };
  // The id is from another log, or the log lost its end.
  if (sequence > head) return { resync: "unknown_id" };
  return { cursor: sequence };
}

import type { RequestContext } from "@vega/contracts";
import { changesOf } from "@vega/contracts";
import { randomUUID } from "node:crypto";
import { partOrigin, seal } from "./chain.ts";
import type { NewEvent } from "./decision.ts";
import type { Change, LogEntry } from "../store/store.ts";

/** Gives events their places in the log and gathers the document changes that follow from them. */
export function sealAll(
  events: readonly { event: NewEvent; context: RequestContext }[],
  { time, clock }: { time: string; clock?: string },
  after: { sequence: number; hash: string },
): { entries: LogEntry[]; changes: Change[] } {
  const entries: LogEntry[] = [];
  const changes: Change[] = [];
  let { sequence, hash } = after;
  for (const { event, context } of events) {
    const { type, subject, data } = event;
    const entry = seal({
      sequence: (sequence += 1),
      id: randomUUID(),
      type,
      subject,
      time,
      ...(clock !== undefined && { clock }),
      ...partOrigin(context, randomUUID()),
      data,
      // As random as bytes of our own, and several times cheaper.
      salt: randomUUID(),
      previous_hash: hash,
    });
    ({ hash } = entry);
    entries.push(entry);
    changes.push(...changesOf(entry), ...event.sideChanges);
  }
  return { entries, changes };
}

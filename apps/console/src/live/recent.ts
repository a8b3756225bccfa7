import { signal } from "@preact/signals";
import type { SseEvent } from "@vega/contracts/define/apply";
import { useEffect } from "preact/hooks";
import { head } from "../api/client.ts";
import { onEvent } from "./live.ts";
import { replay } from "./replay.ts";

/** An event of the log. */
export interface LogEvent extends SseEvent {
  readonly sequence: number;
  readonly time: string;
}

const MOST = 200;
/** Fewer entries than this are completed by a replay. */
const ENOUGH = 20;
/** Entries that the account may not see count too. */
const LOOKED_AT = 150;

/** The newest events of the log that this tab has received, newest first. */
const recent = signal<readonly LogEvent[]>([]);

const isOfLog = (event: SseEvent): event is LogEvent =>
  event.sequence !== undefined && event.time !== undefined;

/** Adds events; those that are known already are left out. */
function addRecent(events: readonly SseEvent[]): void {
  const known = new Set(recent.peek().map(({ sequence }) => sequence));
  const added = events.filter(isOfLog).filter(({ sequence }) => !known.has(sequence));
  if (added.length === 0) return;
  recent.value = [...recent.peek(), ...added]
    .toSorted((a, b) => b.sequence - a.sequence)
    .slice(0, MOST);
}

onEvent((event) => addRecent([event]));

/** The newest events of the log that this account may see, newest first. */
export function useRecent(): readonly LogEvent[] {
  const isKnown = head.value > 0;
  useEffect(() => {
    if (!isKnown || recent.peek().length >= ENOUGH) return undefined;
    const controller = new AbortController();
    const after = Math.max(0, head.peek() - LOOKED_AT);
    replay(after, undefined, controller.signal).then(addRecent, () => undefined);
    return () => controller.abort();
  }, [isKnown]);
  return recent.value;
}

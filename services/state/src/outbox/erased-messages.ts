import {
  ALL_EVENTS_SUBJECT,
  EVENTS_STREAM,
  cloudEventSchema,
  logSource,
  users,
} from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { eraseMessage, lastMessage, messageFrom, readMessage } from "@vega/messaging";
import { startBackgroundTask } from "@vega/service-kit";
import type { LogEntry, Store } from "../store/store.ts";
import type { Relay } from "./relay.ts";

const BACKOFF = { minMs: 1_000, maxMs: 1_000 };
const PAGE = 200;

/** Removes erased entries from the stream, where they would stay for days. */
export interface ErasedMessages {
  /** Called with the entries of every commit. */
  committed(entries: readonly LogEntry[]): void;
  stop(): Promise<void>;
}

const sequencesOf = (entry: LogEntry): readonly number[] => {
  if (entry.type !== users.events.erased.type || entry.data === null) return [];
  return users.events.erased.data.parse(entry.data).erased;
};

/**
 * At the start it repeats erasures that a crash may have interrupted; a removed message costs one request.
 * @param now milliseconds since the epoch
 */
export function eraseMessages(options: {
  bus: Bus;
  store: Store;
  relay: Pick<Relay, "relayed">;
  logId: string;
  now: () => number;
}): ErasedMessages {
  const { bus, store, relay } = options;
  const source = logSource(options.logId);
  /** Sequences of erased entries, and of the entry that records the erasure: they are removed once that is relayed. */
  const waiting: { sequences: readonly number[]; by: number }[] = [];
  /** Whether erasures from before this start are pending. */
  let isRepeated = false;

  const eventAt = (text: string) => {
    const event = readMessage(cloudEventSchema, text);
    return event?.source === source ? event : undefined;
  };
  const eraseAll = async (sequences: readonly number[]): Promise<void> => {
    const last = await lastMessage(bus, EVENTS_STREAM.name, ALL_EVENTS_SUBJECT);
    const newest = last && eventAt(last.text);
    if (!newest) return;
    for (const sequence of sequences) {
      const at = await placeOf(sequence, { stream: last.streamSequence, log: newest.sequence });
      if (at !== undefined) await eraseMessage(bus, EVENTS_STREAM.name, at);
    }
  };
  /**
   * Where an entry is in the stream; undefined where it is not. The relay publishes entry after entry behind a fence, so
   * both sequences go up together; a log that was thinned out before it came onto this bus goes up in leaps.
   */
  const placeOf = async (
    sequence: number,
    newest: { stream: number; log: number },
  ): Promise<number | undefined> => {
    let low = Math.max(1, newest.stream - (newest.log - sequence));
    let high = newest.stream;
    // Without leaps it is the very first look.
    for (let look = low; low <= high; look = Math.floor((low + high) / 2)) {
      const found = await messageFrom(bus, EVENTS_STREAM.name, look, ALL_EVENTS_SUBJECT);
      const log = found && (eventAt(found.text)?.sequence ?? 0);
      if (found && log === sequence) return found.streamSequence;
      if (!found || log === undefined || log > sequence) high = look - 1;
      else low = found.streamSequence + 1;
    }
    return undefined;
  };
  const take = (entries: readonly LogEntry[]) => {
    for (const entry of entries) {
      const sequences = sequencesOf(entry);
      if (sequences.length > 0) waiting.push({ sequences, by: entry.sequence });
    }
  };
  const repeat = async (): Promise<void> => {
    const from = new Date(options.now() - EVENTS_STREAM.maxAgeSeconds * 1_000).toISOString();
    const type = users.events.erased.type;
    const found: LogEntry[] = [];
    for (let before: number | undefined; ;) {
      const page = await store.queryLog({ type, from, before, limit: PAGE });
      found.push(...page);
      if (page.length < PAGE) break;
      before = page.at(-1)?.sequence;
    }
    take(found);
    isRepeated = true;
  };
  const task = startBackgroundTask({
    name: "erasure of bus messages",
    backoff: BACKOFF,
    async run(signal) {
      if (!isRepeated) await repeat();
      for (let next = waiting[0]; next && !signal.aborted; next = waiting[0]) {
        if (relay.relayed() < next.by) return "retry";
        await eraseAll(next.sequences);
        waiting.shift();
      }
      return undefined;
    },
    onError: (error) => bus.log.debug({ err: error }, "messages not erased yet; retrying"),
  });

  return {
    committed(entries) {
      take(entries);
      if (waiting.length > 0) task.trigger();
    },
    stop: task.stop,
  };
}

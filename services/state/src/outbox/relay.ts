import type { CloudEvent } from "@vega/contracts";
import {
  ALL_EVENTS_SUBJECT,
  cloudEventSchema,
  eventContract,
  EVENTS_STREAM,
  logSource,
} from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import {
  ensureStream,
  lastMessage,
  publishInOrder,
  purgeStream,
  readMessage,
} from "@vega/messaging";
import { startBackgroundTask } from "@vega/service-kit";
import { writtenAt } from "../clock/clock.ts";
import type { Head, LogEntry, Store } from "../store/store.ts";

/** Publications under way at once. */
const PAGE = 256;
/** Entries buffered for publishing; further ones are read from the log. */
const MAX_RECENT = 16 * PAGE;
/** Without a commit of this replica for this long, the log is read for commits of other replicas. */
const IDLE_MS = 1_000;
const BACKOFF = { minMs: 250, maxMs: 250 };

/** An entry of the log as a published event. Actor and origin are not published. */
export function toCloudEvent(entry: LogEntry, logId: string): CloudEvent {
  return {
    specversion: "1.0",
    id: entry.id,
    source: logSource(logId),
    type: entry.type,
    subject: entry.subject,
    time: entry.time,
    datacontenttype: "application/json",
    sequence: entry.sequence,
    ...(entry.context.traceparent ? { traceparent: entry.context.traceparent } : {}),
    data: entry.data,
  };
}

export interface Relay {
  /** Called with new entries. */
  committed(entries: readonly LogEntry[]): void;
  /** The last sequence known to be on the bus. */
  relayed(): number;
  /** Age of the oldest entry that is not yet on the bus, in seconds. */
  lagSeconds(): number;
  stop(): Promise<void>;
}

/** Position of the stream: the last log sequence in it, and the stream's own sequence, the fence. */
interface Position {
  relayed: number;
  streamSequence: number;
}

/**
 * Publishes the log's entries to JetStream in sequence order. The position is read from the stream itself, and each
 * publication is fenced by the stream's last sequence: a restart continues from there, and two replicas that relay at
 * once can't duplicate or reorder entries.
 */
export function startRelay(options: {
  bus: Bus;
  store: Store;
  head: Head;
  now: () => number;
}): Relay {
  const { bus, store } = options;
  const { logId } = options.head;
  const recent: LogEntry[] = [];
  let relayed = options.head.relayed;
  let position: Position | undefined;
  let oldestWaiting: number | undefined;
  /** The newest entry that this replica knows of. */
  let newest = options.head.sequence;
  /** Whether others may have committed more. */
  let askLog = true;
  /** Whether the next run is for a commit of this replica. */
  let isCommitted = false;

  /** Reads the position of the stream; empties a stream of another log. */
  const findPosition = async (): Promise<Position> => {
    const description = `${EVENTS_STREAM.description}; source ${logSource(logId)}`;
    const stream = await ensureStream(bus, EVENTS_STREAM, description);
    const last = await lastMessage(bus, EVENTS_STREAM.name, ALL_EVENTS_SUBJECT);
    // An empty stream is new or lost its storage: entries published before are not sent again.
    if (!last) return { relayed, streamSequence: stream.state.last_seq };
    const event = readMessage(cloudEventSchema, last.text);
    const ours = event?.source === logSource(logId) ? event : undefined;
    // Only committed entries are published, so a stream ahead of the log has entries that the log has lost.
    const head = (await store.head())?.sequence ?? 0;
    if (ours && ours.sequence <= head) {
      return { relayed: ours.sequence, streamSequence: last.streamSequence };
    }
    bus.log.warn(
      { stream: EVENTS_STREAM.name, stream_sequence: ours?.sequence, log_sequence: head },
      ours
        ? "the stream is ahead of the log, which was put back to an older state; emptying it"
        : "the stream holds another log's events; emptying it",
    );
    await purgeStream(bus, EVENTS_STREAM.name);
    return { relayed: ours ? head : 0, streamSequence: stream.state.last_seq };
  };

  const nextPage = async (after: number): Promise<readonly LogEntry[]> => {
    while (recent[0] && recent[0].sequence <= after) recent.shift();
    if (recent[0]?.sequence === after + 1) return recent.slice(0, PAGE);
    if (after >= newest && !askLog) return [];
    const page = await store.readLog({ after, limit: PAGE });
    askLog = page.length === PAGE;
    return page;
  };

  const publishPage = async (from: Position, page: readonly LogEntry[]): Promise<Position> => {
    const messages = page.map((entry) => ({
      subject: eventContract(entry.type)?.subject ?? "vega.events.unknown",
      payload: JSON.stringify(toCloudEvent(entry, logId)),
      id: entry.id,
    }));
    const count = await publishInOrder(bus, messages, from.streamSequence);
    const missing = page[count];
    if (missing) throw new Error(`entry ${missing.sequence} did not go through`);
    // May differ from the number of published entries: a compacted log has gaps.
    const last = page.at(-1)?.sequence ?? from.relayed;
    return { relayed: last, streamSequence: from.streamSequence + count };
  };

  /** Publishes until there is nothing left. */
  const run = async (signal: AbortSignal): Promise<void> => {
    askLog ||= !isCommitted;
    isCommitted = false;
    for (;;) {
      position ??= await findPosition();
      relayed = Math.max(relayed, position.relayed);
      const page = await nextPage(position.relayed);
      const [first] = page;
      oldestWaiting = first ? Date.parse(writtenAt(first)) : undefined;
      if (!first || signal.aborted) return;
      const from: Position = position;
      // Unknown until the page is through.
      position = undefined;
      position = await publishPage(from, page);
    }
  };

  const task = startBackgroundTask({
    name: "outbox relay",
    every: IDLE_MS,
    backoff: BACKOFF,
    run,
    onError(error) {
      position = undefined;
      askLog = true;
      bus.log.debug({ err: error }, "relay failed; retrying from the position of the stream");
    },
  });
  // The bus may have lost its streams meanwhile: the position is read again.
  const offReconnect = bus.onReconnect(() => {
    position = undefined;
    task.triggerNow();
  });

  return {
    committed(entries) {
      oldestWaiting ??= options.now();
      const [first] = entries;
      const last = recent.at(-1);
      // Commits of other replicas are missing here, and the buffer is bounded: the log has all entries.
      const follows = last === undefined || first?.sequence === last.sequence + 1;
      if (!follows || recent.length > MAX_RECENT) recent.length = 0;
      recent.push(...entries);
      newest = entries.at(-1)?.sequence ?? newest;
      isCommitted = true;
      task.trigger();
    },
    relayed: () => relayed,
    lagSeconds: () =>
      oldestWaiting === undefined ? 0 : Math.max(0, (options.now() - oldestWaiting) / 1_000),
    async stop() {
      offReconnect();
      await task.stop();
    },
  };
}

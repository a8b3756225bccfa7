import type { CloudEvent } from "@vega/contracts";
import {
  ALL_EVENTS_SUBJECT,
  VegaError,
  cloudEventSchema,
  eventLog,
  logSource,
  systemContext,
} from "@vega/contracts";
import { setTimeout as delay } from "node:timers/promises";
import type { Bus } from "./connect.ts";
import { isFromSender } from "./inbox.ts";
import { request } from "./request.ts";
import { readMessage } from "./wire.ts";

const RETRY_MS = 250;
/** After this time without an event the log is read, in case one was missed. */
const IDLE_CHECK_MS = 2_000;
/** Buffered events at most; beyond it they are dropped and the log is read instead. */
const MAX_WAITING = 10_000;
/** A read takes milliseconds. A lost reply is retried soon: until then the follower is not current. */
const readPage = { ...eventLog.requests.read, timeoutMs: 1_500 };

export interface Position {
  readonly sequence: number;
  readonly logId: string;
}

export interface Follower {
  position(): Position;
  /** False while the log can't be read, so that the folded state may be old. */
  current(): boolean;
  /** Resolves with whether the sequence was reached within the time. */
  reached(sequence: number, timeoutMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

/**
 * Follows the log: every event once, in order, without a gap. The bus delivers new events; missed ones are
 * read from state.
 * @param load fetches and installs a snapshot, and returns its position. Called at the start, and again when the log
 *   was replaced or compacted.
 * @param apply folds one event.
 */
export async function followLog(
  bus: Bus,
  options: { service: string; load: () => Promise<Position>; apply: (event: CloudEvent) => void },
): Promise<Follower> {
  const context = systemContext(options.service);
  const stopping = new AbortController();
  const waiting: CloudEvent[] = [];
  const waiters = new Set<{ sequence: number; resolve: (reached: boolean) => void }>();
  let position: Position | undefined;
  let source = "";
  let missed = false;
  let current = false;
  let wake = Promise.withResolvers<void>();

  const moveTo = (next: Position) => {
    position = next;
    source = logSource(next.logId);
    for (const waiter of waiters) if (waiter.sequence <= next.sequence) waiter.resolve(true);
  };
  const fold = (event: CloudEvent, logId: string) => {
    options.apply(event);
    moveTo({ sequence: event.sequence, logId });
  };

  const subscription = bus.nats.subscribe(ALL_EVENTS_SUBJECT, {
    callback: (error, message) => {
      if (error || !isFromSender(message)) return;
      const event = readMessage(cloudEventSchema, message.string());
      if (!event)
        return bus.log.warn({ subject: message.subject }, "event does not match its contract");
      if (waiting.length >= MAX_WAITING) {
        waiting.length = 0;
        missed = true;
      }
      waiting.push(event);
      wake.resolve();
    },
  });
  const offReconnect = bus.onReconnect(() => {
    missed = true;
    wake.resolve();
  });

  /** Reads the log from where we are up to its head. */
  const catchUp = async (): Promise<void> => {
    for (;;) {
      const at = position;
      if (!at) return moveTo(await options.load());
      const page = await request(bus, readPage, { after: at.sequence }, context);
      if (page.log_id !== at.logId || page.sequence < at.sequence) {
        bus.log.warn({ position: at, log_id: page.log_id }, "log replaced; loading a snapshot");
        return moveTo(await options.load());
      }
      const [first] = page.events;
      if (first && first.sequence > at.sequence + 1) {
        bus.log.warn({ position: at, next: first.sequence }, "log compacted; loading a snapshot");
        return moveTo(await options.load());
      }
      for (const event of page.events) fold(event, page.log_id);
      if (page.events.length === 0 || (position?.sequence ?? 0) >= page.sequence) return;
    }
  };

  const step = async (): Promise<void> => {
    if (!position || missed) {
      missed = false;
      await catchUp();
    }
    while (position && waiting[0]) {
      const event = waiting[0];
      if (event.source === source && event.sequence === position.sequence + 1) {
        fold(event, position.logId);
      } else if (event.source !== source || event.sequence > position.sequence) {
        await catchUp();
      }
      waiting.shift();
    }
    current = true;
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await step();
      } catch (error) {
        current = false;
        missed = true;
        // Readiness shows that state or the bus is unavailable; anything else is a defect.
        const away = error instanceof VegaError && error.status === 503;
        bus.log[away ? "debug" : "error"]({ err: error }, "log can't be read; retrying");
        await delay(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
        continue;
      }
      const idle = setTimeout(() => {
        missed = true;
        wake.resolve();
      }, IDLE_CHECK_MS);
      if (waiting.length === 0 && !missed && !stopping.signal.aborted) await wake.promise;
      clearTimeout(idle);
      wake = Promise.withResolvers();
    }
  })();

  const follower: Follower = {
    position: () => {
      if (!position) throw new Error("the log has not been read yet");
      return position;
    },
    current: () => current && bus.connected(),
    reached(sequence, timeoutMs) {
      if (position && position.sequence >= sequence) return Promise.resolve(true);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const waiter = { sequence, resolve };
      waiters.add(waiter);
      const timer = setTimeout(() => resolve(false), timeoutMs);
      return promise.finally(() => {
        clearTimeout(timer);
        waiters.delete(waiter);
      });
    },
    async stop() {
      stopping.abort();
      offReconnect();
      subscription.unsubscribe();
      wake.resolve();
      await running;
    },
  };
  return follower;
}

import type { CloudEvent, LiveContract, Permission } from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import type { z } from "zod";
import type { SseConfig } from "../config.ts";
import type { SseMetrics } from "../metrics.ts";
import type { Client, ClientStream } from "./client.ts";
import type { Resume } from "./cursor.ts";
import { resumeAt } from "./cursor.ts";
import { toLiveData } from "./event-data.ts";
import type { LiveFrame } from "./frames.ts";
import {
  frameOf,
  HEARTBEAT,
  heartbeatAt,
  connectedBlock,
  liveFrame,
  resyncBlock,
} from "./frames.ts";
import { replay } from "./replay.ts";
import { createRing } from "./ring.ts";
import type { ReadPage } from "./page-cache.ts";
import { createPageCache } from "./page-cache.ts";
import type { TypeFilter } from "./subscription.ts";
import { ALL_TYPES, hasRecipient, permissionBits } from "./subscription.ts";

/** Heartbeats in a row that a client may leave unread. */
const MAX_BLOCKED_BEATS = 4;

export interface LogPage {
  readonly logId: string;
  readonly events: readonly CloudEvent[];
}

export interface StreamOptions {
  readonly lastEventId: string | undefined;
  /** Id of the log that the event id belongs to, if the client sends it. */
  readonly log?: string | undefined;
  readonly types: TypeFilter;
  /** The account of the client; null for a client without one. */
  readonly account: string | null;
  /** The client receives events that require these. */
  readonly permissions: readonly Permission[];
  readonly loggedIn: boolean;
}

/** Sends events to all clients, each from its own position. */
export interface EventHub {
  /** Sets the position. Connected clients get a resync, because the log was replaced. */
  reset(position: { sequence: number; logId: string }): void;
  /** Publishes the next event of the log. */
  publish(event: CloudEvent): void;
  /** A message that is not in the log, for the clients that are connected now. */
  publishLive<Data extends z.ZodType>(contract: LiveContract<Data>, message: z.output<Data>): void;
  /** Takes over a stream whose headers have been written. */
  open(stream: ClientStream, options: StreamOptions): void;
  /** Ends the streams of an account; its clients reconnect and authenticate again. */
  endStreamsOf(account: string): void;
  clients(): number;
  full(): boolean;
  closed(): boolean;
  /** Ends all streams; clients reconnect to another gateway, or to this one after a restart. */
  close(): void;
}

export function createEventHub(options: {
  config: SseConfig;
  log: Logger;
  metrics: SseMetrics;
  /** Entries of the log after a sequence. */
  readLog: (after: number) => Promise<LogPage>;
  /** From 0 up to 1. */
  random?: () => number;
}): EventHub {
  const { config, log, metrics, random = Math.random } = options;
  const clients = new Set<Client>();
  let logId: string | undefined;
  let ring = createRing(config.ringSize, 0);
  let closed = false;

  const disconnect = (client: Client, reason: Parameters<SseMetrics["dropped"]>[0]) => {
    metrics.dropped(reason);
    log.debug({ reason, buffered: client.stream.writableLength }, "SSE client disconnected");
    clients.delete(client);
    client.stream.destroy();
  };

  const send = (client: Client, bytes: Buffer | string) => {
    client.stream.write(bytes);
    if (client.stream.writableLength > config.maxBufferedBytes) disconnect(client, "too_slow");
  };

  const sendLive = (frame: LiveFrame) => {
    let sent = 0;
    for (const client of clients) {
      if (!client.live || !hasRecipient(frame, client)) continue;
      send(client, frame.bytes);
      sent += 1;
    }
    metrics.sent(sent);
  };

  // One timer for all clients: thousands of timers would cost more than the heartbeats.
  const heartbeat = setInterval(() => {
    const atHead = heartbeatAt(ring.head());
    for (const client of clients) {
      if (!client.stream.writableNeedDrain) {
        client.blockedBeats = 0;
        send(client, client.live && client.types !== ALL_TYPES ? atHead : HEARTBEAT);
      } else if ((client.blockedBeats += 1) >= MAX_BLOCKED_BEATS)
        disconnect(client, "does_not_read");
    }
  }, config.heartbeatMs);
  heartbeat.unref();

  const readFrames: ReadPage = async (after) => {
    const page = await options.readLog(after);
    return page.logId === logId ? page.events.map(frameOf) : undefined;
  };
  const shared = () => createPageCache(readFrames, () => performance.now());
  let readPage = shared();

  const resync = (client: Client, reason: Parameters<typeof resyncBlock>[1]) => {
    client.live = true;
    metrics.resynced(reason);
    send(client, resyncBlock(ring.head(), reason));
  };

  const catchUp = async (client: Client, cursor: number) => {
    const began = ring;
    try {
      const outcome = await replay(client, cursor, {
        ring,
        readPage,
        // After a reset the client has had its resync and is live.
        open: () => ring === began && clients.has(client),
      });
      metrics.replayed(outcome);
      if (outcome === "replaced") resync(client, "unknown_id");
      if (outcome === "thinned") resync(client, "thinned");
    } catch (error) {
      // The client reconnects and resumes from its last event.
      log.debug({ err: error }, "SSE replay failed");
      metrics.replayed("failed");
      disconnect(client, "log_unreadable");
    }
  };

  return {
    reset(position) {
      const first = logId === undefined;
      logId = position.logId;
      ring = createRing(config.ringSize, position.sequence);
      readPage = shared();
      if (!first) for (const client of clients) resync(client, "log_replaced");
    },
    publish(event) {
      const frame = frameOf(event);
      ring.push(frame);
      sendLive(frame);
    },
    publishLive(contract, message) {
      if (clients.size === 0) return;
      const sse = toLiveData(contract, message);
      if (sse) sendLive(liveFrame(sse));
    },
    open(stream, { lastEventId, log: clientLogId, types, account, permissions, loggedIn }) {
      if (closed) {
        stream.destroy();
        return;
      }
      const head = ring.head();
      const isOtherLog = lastEventId && clientLogId && clientLogId !== logId;
      const resume: Resume = isOtherLog ? { resync: "log_replaced" } : resumeAt(lastEventId, head);
      const subscription = { types, account, permissions: permissionBits(permissions, loggedIn) };
      const client: Client = { stream, ...subscription, live: false, blockedBeats: 0 };
      stream.on("close", () => clients.delete(client));
      clients.add(client);
      const at = "cursor" in resume ? resume.cursor : head;
      stream.write(connectedBlock(at, logId ?? "", random()));
      if ("resync" in resume) resync(client, resume.resync);
      else if (resume.cursor === head) client.live = true;
      else void catchUp(client, resume.cursor);
    },
    endStreamsOf(account) {
      for (const client of clients) if (client.account === account) client.stream.end();
    },
    clients: () => clients.size,
    full: () => clients.size >= config.maxClients,
    closed: () => closed,
    close() {
      closed = true;
      clearInterval(heartbeat);
      for (const client of clients) client.stream.end();
      clients.clear();
    },
  };
}

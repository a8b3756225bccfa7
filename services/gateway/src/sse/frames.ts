import type { CloudEvent, JsonObject } from "@vega/contracts";
import type { SseData } from "./event-data.ts";
import { toSseData } from "./event-data.ts";
import type { Address } from "./subscription.ts";
import { addressOf, NO_RECIPIENT } from "./subscription.ts";

/*
 * Events as bytes on the wire, serialized once and shared by all clients.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */

/** The bytes of one SSE event and who receives them. */
export interface LiveFrame extends Address {
  readonly bytes: Buffer;
}

/** One event of the log. */
export interface Frame extends LiveFrame {
  readonly sequence: number;
}

const NOTHING = Buffer.alloc(0);

/** An event without recipients keeps its place in the sequence. */
export function frameOf(event: CloudEvent): Frame {
  const { sequence } = event;
  const sse = toSseData(event);
  if (!sse) return { sequence, ...NO_RECIPIENT, bytes: NOTHING };
  return { sequence, ...addressOf(sse), bytes: Buffer.from(block(sequence, sse.data)) };
}

/** A frame without an id: it is not in the log, and a replay does not send it. */
export const liveFrame = (sse: SseData): LiveFrame => ({
  ...addressOf(sse),
  bytes: Buffer.from(`data: ${JSON.stringify(sse.data)}\n\n`),
});

/** JSON has no line breaks of its own, so the data is one line. */
const block = (id: number, data: JsonObject) => `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

export const HEARTBEAT = Buffer.from(": heartbeat\n\n");

/**
 * A heartbeat with an id, for clients with a type filter: after hours without a matching event they have nothing to
 * replay. A block without data is not an event, but EventSource keeps its id.
 */
export const heartbeatAt = (cursor: number) => Buffer.from(`id: ${cursor}\n: heartbeat\n\n`);

/**
 * Reconnect delay of clients, in milliseconds. It is random for each client: a gateway accepts a few thousand streams a
 * second, and clients that were disconnected together must not reconnect together.
 */
const RETRY_MS = { least: 1_000, most: 3_000 };

/**
 * The first event of a stream.
 * @param cursor the position from which a client resumes after an immediate disconnect
 * @param log id of the log: sequences of another log are not comparable
 * @param random from 0 up to 1
 */
export function connectedBlock(cursor: number, log: string, random: number): string {
  const retryMs = Math.round(RETRY_MS.least + (RETRY_MS.most - RETRY_MS.least) * random);
  return `retry: ${retryMs}\n\n${block(cursor, { type: "connected", sequence: cursor, log })}`;
}

/** The reason why a client has to reload its state. */
export type ResyncReason = "invalid_id" | "unknown_id" | "log_replaced" | "thinned";

export function resyncBlock(head: number, reason: ResyncReason): string {
  return block(head, { type: "resync", reason, sequence: head });
}

import type { CloudEvent, JsonObject } from "@vega/contracts";
import type { Client } from "./client.ts";
import type { SseData } from "./event-data.ts";
import { OPERATORS, SSE_TYPES, toSseData } from "./event-data.ts";

/*
 * Events as bytes on the wire, serialized once and shared by all clients.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */

/** One event of the log. `bit` names its type, so that a filter is one machine operation. */
export interface Frame {
  readonly sequence: number;
  readonly bit: number;
  /** The only account that may see it, or OPERATORS; null: everybody. */
  readonly owner: string | null;
  readonly bytes: Buffer;
}

/** Whether a client gets a frame: its type was asked for, and it is not another's. */
export const concerns = (
  frame: Pick<Frame, "bit" | "owner">,
  client: Pick<Client, "mask" | "owner" | "readsOwn" | "operates">,
): boolean =>
  (frame.bit & client.mask) !== 0 &&
  (frame.owner === null ||
    (client.readsOwn && frame.owner === client.owner) ||
    (client.operates && frame.owner === OPERATORS));

const BITS: ReadonlyMap<string, number> = new Map(
  SSE_TYPES.map((type, index) => [type, 1 << index]),
);

/** Lets every type pass. */
export const ALL_TYPES = ~0;

/** What lets these types pass, or the first name that is no type. */
export function maskOf(types: readonly string[]): { mask: number } | { unknown: string } {
  let mask = 0;
  for (const type of types) {
    const bit = BITS.get(type);
    if (bit === undefined) return { unknown: type };
    mask |= bit;
  }
  return { mask };
}

const NOTHING = Buffer.alloc(0);

/** An event that this version does not know keeps its place in the row and is sent to nobody. */
export function frameOf(event: CloudEvent): Frame {
  const { sequence } = event;
  const told = toSseData(event);
  if (!told) return { sequence, bit: 0, owner: null, bytes: NOTHING };
  return {
    sequence,
    bit: BITS.get(told.type) ?? 0,
    owner: told.owner,
    bytes: Buffer.from(block(sequence, told.data)),
  };
}

/** A frame of what is in no log: it has no place in the row, and a client that comes back is not told again. */
export const liveFrame = ({ type, data, owner }: SseData): Omit<Frame, "sequence"> => ({
  bit: BITS.get(type) ?? 0,
  owner,
  bytes: Buffer.from(`data: ${JSON.stringify(data)}\n\n`),
});

/** JSON has no line breaks of its own, so the data is one line. */
const block = (id: number, data: JsonObject) => `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

export const HEARTBEAT = Buffer.from(": heartbeat\n\n");

/**
 * A heartbeat that moves a client on which asked for some types only, so that it has nothing to replay after hours
 * without one: a block without data is no event, but its id is kept.
 */
export const heartbeatAt = (cursor: number) => Buffer.from(`id: ${cursor}\n: heartbeat\n\n`);

/**
 * When clients come back that were cut off, in milliseconds. Each is told another time: a gateway greets a few thousand
 * a second, and all that were cut off at once would otherwise come back in the same instant.
 */
const RETRY_MS = { least: 1_000, most: 3_000 };

/**
 * What a stream begins with.
 * @param cursor where the client goes on from, should it be cut off right now.
 * @param log the log's id: ids of another log mean nothing in this one.
 * @param random from 0 up to 1
 */
export function helloBlock(cursor: number, log: string, random: number): string {
  const retryMs = Math.round(RETRY_MS.least + (RETRY_MS.most - RETRY_MS.least) * random);
  return `retry: ${retryMs}\n\n${block(cursor, { type: "connected", sequence: cursor, log })}`;
}

/** Why a client has to read everything anew. */
export type ResyncReason = "invalid_id" | "unknown_id" | "log_replaced" | "thinned";

export function resyncBlock(head: number, reason: ResyncReason): string {
  return block(head, { type: "resync", reason, sequence: head });
}

import type { Subscription } from "./subscription.ts";

/** The part of a response that streams use. */
export interface ClientStream {
  /** Bytes that wait to be sent. */
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
  readonly destroyed: boolean;
  write(bytes: Buffer | string): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: "drain" | "close", listener: () => void): unknown;
  off(event: "drain" | "close", listener: () => void): unknown;
}

/** One open stream. Kept small: there are thousands, most of them idle. */
export interface Client extends Subscription {
  readonly stream: ClientStream;
  /** Receives events as they are published; false during a replay. */
  live: boolean;
  /** Consecutive heartbeats with a full buffer. */
  blockedBeats: number;
}

/** Resolves when the stream has drained or is closed. */
export function drained(stream: ClientStream): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => {
    stream.off("drain", done);
    stream.off("close", done);
    resolve();
  };
  stream.on("drain", done);
  stream.on("close", done);
  return promise;
}

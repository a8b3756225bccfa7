import type { Subscription } from "./subscription.ts";

/** What is needed of a response. */
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

/** One open stream. Small on purpose: there are thousands, and most of them idle. */
export interface Client extends Subscription {
  readonly stream: ClientStream;
  /** Gets events as they come; false while it is still catching up. */
  live: boolean;
  /** Heartbeats in a row that found the client not reading. */
  blockedBeats: number;
}

/** Resolves when the stream takes more, or is closed. */
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

import { createHash, randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { RequestContext } from "@vega/contracts";
import { blobs, CHUNK_BYTES, systemContext, VegaError } from "@vega/contracts";
import type { Bus } from "./connect.ts";
import { request } from "./request.ts";

/** Files by their SHA-256, stored by state. */
export interface BlobClient {
  /**
   * Streams bytes to state in chunks of CHUNK_BYTES over the bus, one in flight. Durable when it resolves; nothing is kept when it
   * rejects. Throws VegaError: `invalid` without bytes, `too_large` beyond `maxBytes`, `insufficient_storage`,
   * `unavailable`; also what the source throws, and the reason of the signal.
   */
  put(
    source: AsyncIterable<Uint8Array>,
    options: { maxBytes: number; signal?: AbortSignal },
  ): Promise<{ sha256: string; bytes: number }>;
  /** Chunks of a blob; `range` in bytes, `end` not included. Throws `not_found`. */
  read(
    sha256: string,
    range?: { readonly start: number; readonly end: number },
  ): AsyncIterable<Uint8Array>;
  /** Size in bytes. Throws `not_found`. */
  stat(sha256: string): Promise<{ bytes: number }>;
}

/** Time from the first failure of a request. A restart of state takes less; its unfinished uploads outlive it. */
const RETRY_FOR_MS = 20_000;
/** The same for the end of an upload, whose bytes state reads once more. */
const FINISH_FOR_MS = 180_000;
const RETRY_PAUSE_MS = 250;

/** @param now milliseconds, monotonic */
export function createBlobClient(
  bus: Bus,
  now: () => number = () => performance.now(),
): BlobClient {
  const context = systemContext(bus.name);

  return {
    async put(source, { maxBytes, signal }) {
      const upload = randomUUID();
      const digest = createHash("sha256");
      let total = 0;
      let index = 0;
      const write = async (bytes: Uint8Array) => {
        signal?.throwIfAborted();
        digest.update(bytes);
        const chunk = { upload, index, bytes };
        await retried(now, signal, () => request(bus, blobs.requests.write, chunk, context));
        index += 1;
      };
      try {
        for await (const bytes of chunksOf(source)) {
          total += bytes.byteLength;
          if (total > maxBytes)
            throw new VegaError("too_large", `the file exceeds the limit of ${maxBytes} bytes`);
          await write(bytes);
        }
        if (total === 0) throw new VegaError("invalid", "the file is empty");
        const sha256 = digest.digest("hex");
        const whole = { upload, sha256, bytes: total };
        const finish = () => request(bus, blobs.requests.finish, whole, context);
        await retried(now, signal, finish, FINISH_FOR_MS);
        return { sha256, bytes: total };
      } catch (error) {
        if (index > 0) await discard(bus, upload, context);
        throw error;
      }
    },

    async *read(sha256, { start, end } = { start: 0, end: Number.POSITIVE_INFINITY }) {
      for (let at = start; at < end;) {
        const index = Math.floor(at / CHUNK_BYTES);
        const { bytes, total } = await retried(now, undefined, () =>
          request(bus, blobs.requests.read, { sha256, index }, context),
        );
        const from = index * CHUNK_BYTES;
        const until = Math.min(end, from + bytes.byteLength);
        if (until > at) yield bytes.subarray(at - from, until - from);
        at = from + bytes.byteLength;
        if (at >= total) return;
      }
    },

    stat: (sha256) =>
      retried(now, undefined, () => request(bus, blobs.requests.stat, { sha256 }, context)),
  };
}

/** The same bytes in chunks of CHUNK_BYTES, the last one shorter. A chunk is valid until the next one is asked for. */
async function* chunksOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let filled = 0;
  for await (const part of source) {
    for (let at = 0; at < part.byteLength;) {
      const taken = Math.min(part.byteLength - at, CHUNK_BYTES - filled);
      chunk.set(part.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < CHUNK_BYTES) continue;
      yield chunk;
      filled = 0;
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

/** All requests about blobs may be repeated, so an unknown outcome is no obstacle. */
async function retried<Result>(
  now: () => number,
  signal: AbortSignal | undefined,
  send: () => Promise<Result>,
  forMs = RETRY_FOR_MS,
): Promise<Result> {
  for (let until: number | undefined; ;) {
    try {
      return await send();
    } catch (error) {
      const isTransient =
        error instanceof VegaError && (error.code === "unavailable" || error.code === "timeout");
      until ??= now() + forMs;
      if (!isTransient || now() >= until) throw error;
      await delay(RETRY_PAUSE_MS, undefined, { signal });
    }
  }
}

/** What can't be discarded now goes with the sweep of abandoned uploads. */
const discard = (bus: Bus, upload: string, context: RequestContext): Promise<unknown> =>
  request(bus, blobs.requests.discard, { upload }, context).catch(() => undefined);

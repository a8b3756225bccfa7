import type { Client } from "./client.ts";
import { drained } from "./client.ts";
import type { Frame } from "./frames.ts";
import type { Ring } from "./ring.ts";
import { hasRecipient } from "./subscription.ts";

/** Frames between two backpressure checks. */
const BATCH = 100;

/**
 * How a replay ended: `live` at the head, `closed` by the client or the hub, `replaced` with the log, `thinned` at a
 * compacted range of the log.
 */
export type ReplayOutcome = "live" | "closed" | "replaced" | "thinned";

export interface ReplaySource {
  readonly ring: Ring;
  /** Frames of the log after a sequence; undefined if the log was replaced. */
  readonly readPage: (after: number) => Promise<readonly Frame[] | undefined>;
  /** Whether the stream is still open. */
  readonly open: () => boolean;
}

/**
 * Sends missed events with backpressure: from memory if they are still there, otherwise from the log.
 * Ends in the same turn of the event loop in which the client reaches the head, so that it receives the next published
 * event. Throws what `readPage` throws.
 */
export async function replay(
  client: Client,
  from: number,
  { ring, readPage, open }: ReplaySource,
): Promise<ReplayOutcome> {
  let cursor = from;
  while (open()) {
    let frames: readonly Frame[] | undefined = ring.after(cursor, BATCH);
    if (frames?.length === 0) {
      client.live = true;
      return "live";
    }
    if (!frames) {
      frames = await readPage(cursor);
      if (!open()) break;
      const next = frames?.[0]?.sequence;
      if (next !== undefined && next > cursor + 1) return "thinned";
      if (!frames || next !== cursor + 1) return "replaced";
    }
    for (const frame of frames) {
      if (hasRecipient(frame, client)) client.stream.write(frame.bytes);
      cursor = frame.sequence;
    }
    await drained(client.stream);
    client.blockedBeats = 0;
  }
  return "closed";
}

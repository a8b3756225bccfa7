import type { Client } from "./client.ts";
import { drained } from "./client.ts";
import type { Frame } from "./frames.ts";
import type { Ring } from "./ring.ts";
import { hasRecipient } from "./subscription.ts";

/** Frames written between two looks at whether the client keeps up. */
const BATCH = 100;

/**
 * How a replay ended: `live` at the head; `closed` by the client or the hub; `replaced` with the log; `thinned` where what
 * follows is no more.
 */
export type ReplayOutcome = "live" | "closed" | "replaced" | "thinned";

export interface ReplaySource {
  readonly ring: Ring;
  /** Frames after a sequence out of the log; undefined where the log is another one by now. */
  readonly readPage: (after: number) => Promise<readonly Frame[] | undefined>;
  /** Whether the client's stream is to go on. */
  readonly open: () => boolean;
}

/**
 * Sends what a client missed, no faster than it reads: from memory where it is still there, else from the log.
 * Ends in the same turn of the event loop in which the client has reached the head, so that what is published
 * next is the next event it gets.
 * Throws what `readPage` throws.
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

import type { Loop, Observation, Tick } from "@vega/contracts";
import { LOOP_STREAM, LOOP_TICKED, tickSchema, VegaError } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { ensureStream, lastMessage, publishFenced, readMessage } from "@vega/messaging";
import { tickAfter } from "../schedule/schedule.ts";

/** Time without confirmation by the log after which a tick is published again, ms */
const CONFIRM_MS = 2_000;

/** The last tick in the stream, and its sequence as the condition for the next publication. */
interface Published {
  readonly tick: Tick | undefined;
  readonly streamSequence: number;
}

export interface Ticker {
  /**
   * Publishes the tick after the log's position unless it is in the stream already; one call at a time.
   * @returns the tick in the stream, and whether this call published it; undefined if another replica published one that
   * is not known here yet
   * @throws VegaError `unavailable` if the bus or the log is unavailable
   */
  tick(trigger: Tick["trigger"]): Promise<{ tick: Tick; ours: boolean } | undefined>;
}

/**
 * Publishes ticks on the condition that the last one in the stream is unchanged. State accepts only the next iteration,
 * so publishing a lost tick again is harmless.
 */
export function createTicker(options: {
  bus: Bus;
  loop: () => Loop | undefined;
  observe: () => Promise<Observation[]>;
  timeScale: number;
  now: () => string;
  /** Called with each tick that this replica published. */
  onPublished?: (tick: Tick) => void;
}): Ticker {
  const { bus } = options;
  /** The published iteration that is not in the log yet, and when it was first seen. */
  let unconfirmed: { iteration: number; since: number } | undefined;

  const lastPublished = async (): Promise<Published> => {
    const last = await lastMessage(bus, LOOP_STREAM.name, LOOP_TICKED.subject);
    if (!last) {
      await ensureStream(bus, LOOP_STREAM);
      return { tick: undefined, streamSequence: 0 };
    }
    return { tick: readMessage(tickSchema, last.text), streamSequence: last.streamSequence };
  };

  /** The last tick in the stream if it is the next iteration and may still be confirmed. */
  const awaitingLog = ({ tick }: Published, loop: Loop): Tick | undefined => {
    if (tick?.iteration !== loop.iteration + 1) return undefined;
    const now = performance.now();
    if (unconfirmed?.iteration !== tick.iteration) {
      unconfirmed = { iteration: tick.iteration, since: now };
    }
    return now - unconfirmed.since < CONFIRM_MS ? tick : undefined;
  };

  const publish = async (trigger: Tick["trigger"]) => {
    const observations = await options.observe();
    // Read after the wait for the reports, so that it is current.
    const loop = options.loop();
    if (!loop) throw new VegaError("unavailable", "log not read yet; try again");
    const published = await lastPublished();
    const waiting = awaitingLog(published, loop);
    if (waiting) return { tick: waiting, ours: false };
    const now = options.now();
    const tick = tickAfter(loop, { now, trigger, timeScale: options.timeScale, observations });
    const result = await publishFenced(bus, {
      subject: LOOP_TICKED.subject,
      payload: JSON.stringify(tick),
      id: `${tick.iteration}:${published.streamSequence}`,
      lastSubjectSequence: published.streamSequence,
    });
    if (result.outcome === "fenced") return undefined;
    unconfirmed = undefined;
    if (!result.duplicate) options.onPublished?.(tick);
    return { tick, ours: !result.duplicate };
  };

  let queue: Promise<unknown> = Promise.resolve();
  return {
    tick(trigger) {
      const publication = queue.then(() => publish(trigger));
      queue = publication.catch(() => undefined);
      return publication.catch((error: unknown) => {
        if (error instanceof VegaError) throw error;
        throw new VegaError("unavailable", "tick not published; try again", [], error);
      });
    },
  };
}

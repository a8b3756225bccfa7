import type { Loop, Observation, Tick } from "@vega/contracts";
import { LOOP_STREAM, LOOP_TICKED, tickSchema, VegaError } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { ensureStream, lastMessage, publishFenced, readMessage } from "@vega/messaging";
import { tickAfter } from "../schedule/schedule.ts";

/** A tick that the log has not taken over for this long is published again. */
const CONFIRM_MS = 2_000;

/** The newest tick on the bus, and the fence for the next. */
interface Published {
  readonly tick: Tick | undefined;
  readonly streamSequence: number;
}

export interface Ticker {
  /**
   * Publishes the tick that follows the log's position, unless somebody has already; one at a time.
   * @returns the tick that is on the bus now, and whether this call put it there. Undefined: another replica
   * was faster and its tick is not known here yet.
   * Throws VegaError `unavailable` where the bus or the log is away.
   */
  tick(trigger: Tick["trigger"]): Promise<{ tick: Tick; ours: boolean } | undefined>;
}

/**
 * Publishes ticks, fenced by the last one on the bus. State takes over only the very next iteration, so a tick
 * may be published again without harm when the first was lost.
 */
export function createTicker(options: {
  bus: Bus;
  loop: () => Loop | undefined;
  observe: () => Promise<Observation[]>;
  timeScale: number;
  now: () => string;
  /** Told of each tick that this call put on the bus. */
  onPublished?: (tick: Tick) => void;
}): Ticker {
  const { bus } = options;
  /** The iteration that we saw waiting for the log, and since when. */
  let unconfirmed: { iteration: number; since: number } | undefined;

  const lastPublished = async (): Promise<Published> => {
    const last = await lastMessage(bus, LOOP_STREAM.name, LOOP_TICKED.subject);
    if (!last) {
      await ensureStream(bus, LOOP_STREAM);
      return { tick: undefined, streamSequence: 0 };
    }
    return { tick: readMessage(tickSchema, last.text), streamSequence: last.streamSequence };
  };

  /** The tick on the bus where it is the one that follows and may still be taken over. */
  const underWay = ({ tick }: Published, loop: Loop): Tick | undefined => {
    if (tick?.iteration !== loop.iteration + 1) return undefined;
    const now = performance.now();
    if (unconfirmed?.iteration !== tick.iteration) {
      unconfirmed = { iteration: tick.iteration, since: now };
    }
    return now - unconfirmed.since < CONFIRM_MS ? tick : undefined;
  };

  const publish = async (trigger: Tick["trigger"]) => {
    const observations = await options.observe();
    // Everything that is read for the tick is read after the wait for the reports.
    const loop = options.loop();
    if (!loop) throw new VegaError("unavailable", "the log has not been read; try again");
    const published = await lastPublished();
    const waiting = underWay(published, loop);
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
      const turn = queue.then(() => publish(trigger));
      queue = turn.catch(() => undefined);
      return turn.catch((error: unknown) => {
        if (error instanceof VegaError) throw error;
        throw new VegaError("unavailable", "the bus does not take the tick; try again", [], error);
      });
    },
  };
}

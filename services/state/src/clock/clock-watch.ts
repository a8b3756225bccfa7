import type { Logger } from "@vega/service-kit";
import { startBackgroundTask } from "@vega/service-kit";
import { CLOCK_BOUND_MS } from "./clock.ts";

const LOOK_MS = 1_000;
/** A step of the clock stays in the report this long: a probe every few minutes sees it. */
const STEP_SHOWN_MS = 10 * 60_000;

/** The clock is further off than the bound: from the log's last entry, or from a moment before. */
export class ClockSkewError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ClockSkewError";
  }
}

export interface ClockWatchOptions {
  /** The clock of this process, milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly elapsed: () => number;
  /** Time of the log's last entry, ISO 8601; undefined where it is not known. */
  readonly lastTime: () => string | undefined;
  readonly log: Pick<Logger, "error" | "info">;
  /** Receives one error an episode. */
  readonly report: (error: ClockSkewError) => void;
}

export interface ClockWatch {
  /** Compares the clocks now. */
  look(): void;
  /** `ok`, or the skew in words. */
  check(): string;
  stop(): Promise<void>;
}

/**
 * Reports a clock that disagrees with the log by more than the bound, and one that was set back by more than that: once
 * an episode, as an error in the log and at /api/errors. Entries and decisions go on meanwhile.
 */
export function watchClock({ now, elapsed, lastTime, log, report }: ClockWatchOptions): ClockWatch {
  let before = { now: now(), elapsed: elapsed() };
  let isAhead = false;
  let step: { readonly message: string; readonly at: number } | undefined;

  const raise = (message: string, more: object) => {
    const error = new ClockSkewError(message);
    log.error({ err: error, ...more }, message);
    report(error);
  };
  const look = () => {
    const at = { now: now(), elapsed: elapsed() };
    const backMs = at.elapsed - before.elapsed - (at.now - before.now);
    before = at;
    const time = lastTime();
    const aheadMs = time === undefined ? 0 : Date.parse(time) - at.now;
    const wasAhead = isAhead;
    isAhead = aheadMs > CLOCK_BOUND_MS;
    if (isAhead && !wasAhead) raise(logAhead(aheadMs), { last_entry: time });
    if (wasAhead && !isAhead) log.info({ last_entry: time }, "clock skew is over");
    if (backMs > CLOCK_BOUND_MS) {
      step = {
        message: `clock skew: this machine's clock was set back by ${seconds(backMs)}`,
        at: at.elapsed,
      };
      // The log ahead of the clock is the same episode, and says more.
      if (!isAhead) raise(step.message, {});
    }
    if (step && at.elapsed - step.at > STEP_SHOWN_MS) step = undefined;
  };

  look();
  const { stop } = startBackgroundTask({
    name: "clock watch",
    every: LOOK_MS,
    immediate: false,
    run: look,
    onError: (error) => log.error({ err: error }, "clock check failed"),
  });
  return {
    look,
    check() {
      look();
      const time = lastTime();
      if (isAhead && time !== undefined) return logAhead(Date.parse(time) - now());
      return step?.message ?? "ok";
    },
    stop,
  };
}

const seconds = (ms: number) => `${Math.round(ms / 1_000).toLocaleString("en-US")} s`;

const logAhead = (ms: number) =>
  `clock skew: the last log entry is ${seconds(ms)} ahead of this machine's clock; the clock is behind, or it was ahead ` +
  "when that entry was written. Compare it with another clock (timedatectl); if it is right, nothing is to be done";

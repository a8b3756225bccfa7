import type { Loop } from "@vega/contracts";
import type { Log } from "@vega/messaging";
import { dueIn } from "../schedule/schedule.ts";
import type { Ticker } from "./ticker.ts";

/** Delay after a tick until the check that the log has it, ms */
const CONFIRM_POLL_MS = 100;
/** Delay after a failure, or without the lease, ms */
const RETRY_MS = 250;

export interface Timer {
  /** Sets the timer again, after a change of the loop or of the lease. */
  rearm(): void;
  stop(): Promise<void>;
}

/** Ticks when the loop is due, one tick at a time, while `enabled()`. */
export function startTimer(options: {
  ticker: Ticker;
  loop: () => Loop | undefined;
  enabled: () => boolean;
  now: () => string;
  timeScale: number;
  log: Log;
}): Timer {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;

  const arm = (atLeast = 0) => {
    clearTimeout(timer);
    const loop = options.loop();
    if (stopped || running || !loop) return;
    const due = dueIn(loop, options.now(), options.timeScale);
    if (due === undefined) return;
    // setTimeout may fire a millisecond early; `fire` checks the clock and re-arms.
    timer = setTimeout(fire, Math.max(due, atLeast));
  };

  const fire = () => {
    let wait = 0;
    running = (async () => {
      const loop = options.loop();
      if (!loop || dueIn(loop, options.now(), options.timeScale) !== 0) return;
      // A replica without the lease polls, since it may get the lease at any moment.
      if (!options.enabled()) {
        wait = RETRY_MS;
        return;
      }
      await options.ticker.tick("timer");
      // The event in the log re-arms the timer; without it the ticker decides whether to publish again.
      wait = CONFIRM_POLL_MS;
    })()
      .catch((error: unknown) => {
        options.log.debug({ err: error }, "tick failed, retrying");
        wait = RETRY_MS;
      })
      .finally(() => {
        running = undefined;
        arm(wait);
      });
  };

  return {
    rearm: () => arm(),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

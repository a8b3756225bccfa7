import type { Loop } from "@vega/contracts";
import type { Log } from "@vega/messaging";
import { dueIn } from "../schedule/schedule.ts";
import type { Ticker } from "./ticker.ts";

/** After a tick: how soon to look again whether the log has it. */
const CONFIRM_POLL_MS = 100;
/** After a failure, or without the lease. */
const RETRY_MS = 250;

export interface Timer {
  /** Looks anew at when to tick: after a change of the loop, or of who holds the lease. */
  rearm(): void;
  stop(): Promise<void>;
}

/** Ticks when the loop is due, one tick at a time, while `enabled` says so. */
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
    // setTimeout may fire a millisecond early; `fire` looks at the clock again and re-arms.
    timer = setTimeout(fire, Math.max(due, atLeast));
  };

  const fire = () => {
    let wait = 0;
    running = (async () => {
      const loop = options.loop();
      if (!loop || dueIn(loop, options.now(), options.timeScale) !== 0) return;
      // A replica without the lease looks again: the lease may come to it at any moment.
      if (!options.enabled()) {
        wait = RETRY_MS;
        return;
      }
      await options.ticker.tick("timer");
      // The log will show it and re-arm; should it not, the ticker decides whether to publish again.
      wait = CONFIRM_POLL_MS;
    })()
      .catch((error: unknown) => {
        options.log.debug({ err: error }, "the tick failed; trying again");
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

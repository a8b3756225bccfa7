import { VegaError } from "@vega/contracts";

/** Runs a bounded number of hashes at once; a bounded number of others waits in order. */
export interface HashQueue {
  /**
   * @param deadline of the caller, milliseconds since the epoch
   * @throws VegaError `rate_limited` if the queue is full; `timeout` if the deadline passed in the queue
   */
  run<Result>(work: () => Promise<Result>, deadline: number): Promise<Result>;
}

/** A full queue of 64 hashes at the default cost takes about this long. */
const RETRY_AFTER_SECONDS = 5;

/** Leaves one of the four threads in libuv's pool free for DNS and files. */
export function createHashQueue(atATime = 3, mayWait = 64): HashQueue {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async run(work, deadline) {
      if (running >= atATime) {
        if (waiting.length >= mayWait) {
          throw VegaError.rateLimited(
            "too many logins in progress; try again",
            RETRY_AFTER_SECONDS,
          );
        }
        // A finished hash hands its slot to the first waiter, so a later caller cannot overtake it.
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else running += 1;
      try {
        if (Date.now() > deadline)
          throw new VegaError("timeout", "timeout in the queue for password hashes");
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}

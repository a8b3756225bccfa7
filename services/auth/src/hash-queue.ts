import { VegaError } from "@vega/contracts";

/** Runs a few works at a time; the others wait their turn, up to a bound. */
export interface HashQueue {
  /**
   * @param deadline milliseconds since the epoch after which nobody waits for the outcome
   * @throws VegaError `rate_limited` where too many wait already; `timeout` where its turn came too late.
   */
  run<Result>(work: () => Promise<Result>, deadline: number): Promise<Result>;
}

/** A queue of this length is served in about five seconds. */
const RETRY_AFTER_SECONDS = 5;

/**
 * For hashing in libuv's pool of four threads, which also resolves names and reads files: one is left to that.
 */
export function createHashQueue(atATime = 3, mayWait = 64): HashQueue {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async run(work, deadline) {
      if (running >= atATime) {
        if (waiting.length >= mayWait) {
          throw VegaError.rateLimited("too many log in right now; try again", RETRY_AFTER_SECONDS);
        }
        // Who ends hands its place on, so nobody who comes later can take it.
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else running += 1;
      try {
        if (Date.now() > deadline) throw new VegaError("timeout", "its turn came too late");
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}

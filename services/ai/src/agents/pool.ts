/** Queue of work by name with bounded concurrency. */
export interface Pool {
  /** Queues work; a queued entry of the same name is replaced by the newer iteration. */
  add(name: string, iteration: number): void;
  /** Starts work immediately, ahead of the queue. False: at the limit, nothing was started. */
  now(work: () => Promise<void>): boolean;
  underWay(): number;
  waiting(): number;
  /** Drops the queue; resolves when no work is active. */
  stop(): Promise<void>;
}

/**
 * @param atOnce concurrency of queued work; `now` may start as much again
 * @param work must not throw
 */
export function createPool(
  atOnce: number,
  work: (name: string, iteration: number) => Promise<void>,
): Pool {
  const waiting = new Map<string, number>();
  const running = new Set<Promise<void>>();
  let stopped = false;

  const start = (one: Promise<void>) => {
    const done = one.finally(() => {
      running.delete(done);
      next();
    });
    running.add(done);
  };
  const next = () => {
    for (const [name, iteration] of waiting) {
      if (stopped || running.size >= atOnce) return;
      waiting.delete(name);
      start(work(name, iteration));
    }
  };
  return {
    add(name, iteration) {
      if (stopped) return;
      waiting.set(name, Math.max(iteration, waiting.get(name) ?? 0));
      next();
    },
    now(immediate) {
      if (stopped || running.size >= 2 * atOnce) return false;
      start(immediate());
      return true;
    },
    underWay: () => running.size,
    waiting: () => waiting.size,
    async stop() {
      stopped = true;
      waiting.clear();
      await Promise.all(running);
    },
  };
}

/** Does work by names, a few at once; the rest waits. */
export interface Pool {
  /** Of a name that waits already, the newer one counts. */
  add(name: string, iteration: number): void;
  /** Does it now, beside what waits. False where that is too much: nothing was done then. */
  now(work: () => Promise<void>): boolean;
  underWay(): number;
  waiting(): number;
  /** What waits is dropped; resolves when nothing is under way. */
  stop(): Promise<void>;
}

/**
 * @param atOnce how many that waited are done at once; as many again may be done out of turn
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
    now(asked) {
      if (stopped || running.size >= 2 * atOnce) return false;
      start(asked());
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

import type { Logger } from "@vega/service-kit";

/** Work that continues after its reply was sent. */
export interface Background {
  start(work: () => Promise<void>): void;
  /** Resolves when all work under way has ended. */
  ended(): Promise<void>;
}

/** @param most at once; further work is dropped rather than queued. */
export function createBackground(log: Pick<Logger, "warn">, most = 100): Background {
  const running = new Set<Promise<void>>();
  return {
    start(work) {
      if (running.size >= most) return log.warn({ most }, "background work dropped: limit reached");
      const ending: Promise<void> = work()
        .catch((error: unknown) => log.warn({ err: error }, "background work failed"))
        .finally(() => running.delete(ending));
      running.add(ending);
    },
    async ended() {
      await Promise.all(running);
    },
  };
}

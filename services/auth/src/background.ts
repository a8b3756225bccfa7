import type { Logger } from "@vega/service-kit";

/** Work that goes on after its answer was given. */
export interface Background {
  start(work: () => Promise<void>): void;
  /** Resolves when what was started has ended. */
  ended(): Promise<void>;
}

/** @param most at once; beyond, work is dropped rather than piled up. */
export function createBackground(log: Pick<Logger, "warn">, most = 100): Background {
  const running = new Set<Promise<void>>();
  return {
    start(work) {
      if (running.size >= most)
        return log.warn({ most }, "too much to do at once; work was dropped");
      const ending: Promise<void> = work()
        .catch((error: unknown) => log.warn({ err: error }, "work after an answer failed"))
        .finally(() => running.delete(ending));
      running.add(ending);
    },
    async ended() {
      await Promise.all(running);
    },
  };
}

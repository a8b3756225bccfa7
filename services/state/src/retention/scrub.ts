import type { Logger } from "@vega/service-kit";
import { startBackgroundTask } from "@vega/service-kit";
import type { Store } from "../store/store.ts";

const BACKOFF = { minMs: 1_000, maxMs: 5_000 };
/** Until then the words of a document that was deleted without an erasure may stay in the index of searches. */
const EVERY_MS = 24 * 3_600_000;

export interface Scrubbing {
  /** Something was erased, or may have been before a crash. */
  soon(): void;
  stop(): Promise<void>;
}

/** Removes the residual data of erased records from the database's files once no other transaction prevents it. */
export function startScrubbing(store: Pick<Store, "scrub">, log: Logger): Scrubbing {
  const { trigger, stop } = startBackgroundTask({
    name: "scrub",
    immediate: false,
    every: EVERY_MS,
    backoff: BACKOFF,
    async run() {
      const outcome = await store.scrub();
      if (outcome === "large") {
        log.warn(
          "database not scrubbed: too large to be rewritten; free pages may hold erased data",
        );
      }
      return outcome === "busy" ? "retry" : undefined;
    },
    onError: (error) => log.warn({ err: error }, "database not scrubbed; retrying"),
  });
  return { soon: trigger, stop };
}

import type { Logger } from "@vega/service-kit";
import { startBackgroundTask } from "@vega/service-kit";
import type { Store } from "../store/store.ts";

const BACKOFF = { minMs: 1_000, maxMs: 10_000 };

/** Indexes the documents of older versions, so that searches find them; for a database of this version it ends at once. */
export function completeSearchIndex(
  store: Pick<Store, "indexOlder">,
  log: Logger,
): { stop(): Promise<void> } {
  let steps = 0;
  return startBackgroundTask({
    name: "search index",
    backoff: BACKOFF,
    async run(signal) {
      while (!signal.aborted) {
        const outcome = await store.indexOlder();
        if (outcome === "waiting") return "retry";
        if (outcome === "done") {
          if (steps > 0) log.info({ steps }, "search index completed");
          return undefined;
        }
        if (steps === 0) log.info("indexing documents of an older version for searches");
        steps += 1;
      }
      return undefined;
    },
    onError: (error) => log.warn({ err: error }, "search index not completed yet; retrying"),
  });
}

import type { BackgroundTask, Logger } from "@vega/service-kit";
import { startBackgroundTask } from "@vega/service-kit";
import type { Head } from "../store/store.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Logs the head of the log at once and then daily. The lines are outside the database: `audit:verify --anchor` compares
 * the log with one of them, and so finds missing entries at its end, which the hash chain alone can't show.
 */
export const logAnchors = (
  log: Logger,
  head: () => Pick<Head, "sequence" | "hash">,
): BackgroundTask =>
  startBackgroundTask({
    name: "anchors",
    every: DAY_MS,
    run() {
      const { sequence, hash } = head();
      log.info({ sequence, hash }, "anchor");
    },
    // The head is unknown right after a failed commit; the next day's line is enough.
    onError: (error) => log.debug({ err: error }, "anchor skipped"),
  });

import type { Logger } from "@vega/service-kit";
import type { Head } from "../store/store.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Logs where the log of entries stands, now and then once a day. The lines lie outside the database: with one of
 * them `audit:verify --anchor` finds that the end was cut off, which the chain alone can't show.
 * @returns stops that.
 */
export function logAnchors(log: Logger, head: () => Pick<Head, "sequence" | "hash">): () => void {
  const say = () => {
    const { sequence, hash } = head();
    log.info({ sequence, hash }, "anchor");
  };
  say();
  const timer = setInterval(() => {
    try {
      say();
    } catch (error) {
      // Right after a commit that failed the head is not known; the next day's line will do.
      log.debug({ err: error }, "no anchor could be written");
    }
  }, DAY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

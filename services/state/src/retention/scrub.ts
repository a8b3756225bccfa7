import type { Logger } from "@vega/service-kit";
import { setTimeout as delay } from "node:timers/promises";
import type { Store } from "../store/store.ts";

const RETRY_MS = 1_000;

export interface Scrubbing {
  /** Something was erased, or may have been before a crash. */
  soon(): void;
  stop(): Promise<void>;
}

/** Removes erased content from the unused space of the database's files, as soon as no reader blocks it. */
export function keepScrubbed(store: Pick<Store, "scrub">, log: Logger): Scrubbing {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let again = false;

  const run = async (): Promise<void> => {
    do {
      again = false;
      const outcome = await store.scrub();
      if (outcome === "large") {
        log.warn("the database is too large to be rewritten: unused space of it may hold traces");
      }
      if (outcome !== "busy") continue;
      again = true;
      await delay(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    } while (again && !stopping.signal.aborted);
  };

  return {
    soon() {
      again = true;
      running ??= run()
        .catch((error: unknown) => {
          log.warn({ err: error }, "traces of what was erased may be left; the next start looks");
        })
        .finally(() => (running = undefined));
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

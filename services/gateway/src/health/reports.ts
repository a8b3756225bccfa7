import type { Report } from "@vega/contracts";
import { setTimeout as delay } from "node:timers/promises";

const INTERVAL_MS = 1_000;
/** One lost answer is no outage; two are. */
const FORGET_AFTER_MS = 2_500;

/** What the services last said of themselves. */
export interface Reports {
  /** Reports of the last seconds, one an instance. */
  recent(): Report[];
  /** Resolves when the services have been asked once. */
  readonly asked: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Asks every second, for as long as it runs: whoever wants to know how things are has the answer at once, and
 * many who ask cost no more than none.
 * @param collect asks all instances once.
 * @param now milliseconds of a clock that does not go backwards.
 */
export function pollReports(collect: () => Promise<Report[]>, now: () => number): Reports {
  const stopping = new AbortController();
  const seen = new Map<string, { report: Report; at: number }>();
  const asked = Promise.withResolvers<void>();

  const running = (async () => {
    while (!stopping.signal.aborted) {
      const began = now();
      // An ask that fails shows as reports growing old.
      const reports = await collect().catch(() => []);
      for (const report of reports) seen.set(report.instance, { report, at: now() });
      asked.resolve();
      const rest = Math.max(0, INTERVAL_MS - (now() - began));
      await delay(rest, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  })();

  return {
    asked: asked.promise,
    recent() {
      for (const [instance, { at }] of seen) {
        if (now() - at > FORGET_AFTER_MS) seen.delete(instance);
      }
      return [...seen.values()].map(({ report }) => report);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

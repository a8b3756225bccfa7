import type { Report } from "@vega/contracts";
import type { Log } from "@vega/messaging";
import { startBackgroundTask } from "@vega/service-kit";

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
export function pollReports(
  collect: () => Promise<Report[]>,
  now: () => number,
  log: Pick<Log, "debug">,
): Reports {
  const seen = new Map<string, { report: Report; at: number }>();
  const asked = Promise.withResolvers<void>();

  const { stop } = startBackgroundTask({
    name: "health reports",
    every: INTERVAL_MS,
    async run() {
      try {
        const reports = await collect();
        for (const report of reports) seen.set(report.instance, { report, at: now() });
      } finally {
        asked.resolve();
      }
    },
    // Shows as reports that grow old.
    onError: (error) => log.debug({ err: error }, "health reports not collected"),
  });

  return {
    asked: asked.promise,
    recent() {
      for (const [instance, { at }] of seen) {
        if (now() - at > FORGET_AFTER_MS) seen.delete(instance);
      }
      return [...seen.values()].map(({ report }) => report);
    },
    stop,
  };
}

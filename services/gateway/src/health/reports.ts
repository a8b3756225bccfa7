import type { HealthReport } from "@vega/contracts";
import type { Log } from "@vega/messaging";
import { startBackgroundTask } from "@vega/service-kit";

const INTERVAL_MS = 1_000;
/** While a service is not ready for the first time: its readiness is the platform's. */
const STARTING = { minMs: 200, maxMs: 200 };
/** A single lost report is not an outage. */
const FORGET_AFTER_MS = 2_500;

/** The newest health reports of all services. */
export interface Reports {
  /** Reports of the last seconds, one per instance. */
  recent(): HealthReport[];
  /** Resolves when reports have been collected once. */
  readonly asked: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Collects reports every second, so that health requests get a stored result and cost nothing.
 * @param collect collects the reports of all instances once
 * @param now milliseconds, monotonic
 */
export function pollReports(
  collect: () => Promise<HealthReport[]>,
  now: () => number,
  log: Pick<Log, "debug">,
): Reports {
  const seen = new Map<string, { report: HealthReport; at: number }>();
  const asked = Promise.withResolvers<void>();
  let hasStarted = false;

  const { stop } = startBackgroundTask({
    name: "health reports",
    every: INTERVAL_MS,
    backoff: STARTING,
    async run() {
      try {
        const reports = await collect();
        for (const report of reports) seen.set(report.instance, { report, at: now() });
        hasStarted ||= reports.length > 0 && reports.every(({ ready }) => ready);
      } finally {
        asked.resolve();
      }
      return hasStarted ? undefined : "retry";
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

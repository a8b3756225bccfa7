import type { Observation, HealthReport } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { collectHealthReports } from "@vega/messaging";

/** Timeout for expected health reports, ms */
const WAIT_MS = 250;
/** Requests without a report after which an instance is no longer expected. */
const FORGOTTEN_AFTER = 3;

/** Collects the health reports of all services. Waits for the instances that reported recently. */
export function createObserver(bus: Bus): () => Promise<Observation[]> {
  /** Instance → requests since its last report. */
  const missed = new Map<string, number>();
  return async () => {
    const reported = new Set<string>();
    const enough = (reports: readonly HealthReport[]) => {
      for (const { instance } of reports) reported.add(instance);
      return missed.size > 0 && [...missed.keys()].every((instance) => reported.has(instance));
    };
    const reports = await collectHealthReports(bus, { waitMs: WAIT_MS, enough });
    for (const [instance, count] of missed) {
      if (count + 1 >= FORGOTTEN_AFTER) missed.delete(instance);
      else missed.set(instance, count + 1);
    }
    for (const { instance } of reports) missed.set(instance, 0);
    return reports.map(({ service, instance, signals }) => ({ service, instance, signals }));
  };
}

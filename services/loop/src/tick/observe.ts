import type { Observation, Report } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { collectReports } from "@vega/messaging";

/** How long a tick waits for a report that it expects. */
const WAIT_MS = 250;
/** An instance that was silent this often is no longer waited for. */
const FORGOTTEN_AFTER = 3;

/** Gathers what the services report. @returns their signals, and keeps in mind who is to be expected. */
export function createObserver(bus: Bus): () => Promise<Observation[]> {
  /** Instance → asks since it answered last. */
  const silent = new Map<string, number>();
  return async () => {
    const answered = new Set<string>();
    const enough = (reports: readonly Report[]) => {
      for (const { instance } of reports) answered.add(instance);
      return silent.size > 0 && [...silent.keys()].every((instance) => answered.has(instance));
    };
    const reports = await collectReports(bus, { waitMs: WAIT_MS, enough });
    for (const [instance, asks] of silent) {
      if (asks + 1 >= FORGOTTEN_AFTER) silent.delete(instance);
      else silent.set(instance, asks + 1);
    }
    for (const { instance } of reports) silent.set(instance, 0);
    return reports.map(({ service, instance, signals }) => ({ service, instance, signals }));
  };
}

import type { Alert } from "@vega/contracts";
import { alerts } from "@vega/contracts";
import { documentRef, put } from "../../store/document-ref.ts";
import { isWithin } from "../../clock/clock.ts";
import type { Command } from "../../log/decision.ts";
import { accept, event } from "../../log/decision.ts";

const refOf = (key: string) => documentRef("alerts", key);

/** Raises alerts, except those raised within the quiet period. */
export function decideRaiseAlerts(
  proposed: readonly Alert[],
  raised_by: string,
  quietMs: number,
): Command<{ raised: number }> {
  return {
    reads: proposed.map(({ key }) => refOf(key)),
    decide(view, now) {
      const seen = new Set<string>();
      const fresh = proposed.filter(({ key }) => {
        const before = view.get(refOf(key))?.raised_at;
        const quiet = before !== undefined && isWithin(before, quietMs, now);
        return !quiet && !seen.has(key) && seen.add(key);
      });
      const events = fresh.map((alert) =>
        event(alerts.events.raised, `alerts/${alert.key}`, { ...alert, raised_by }, [
          put(refOf(alert.key), { ...alert, raised_at: now }),
        ]),
      );
      return accept(events, { raised: events.length });
    },
  };
}

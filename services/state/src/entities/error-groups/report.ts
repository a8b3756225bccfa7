import type { ErrorGroup } from "@vega/contracts";
import { errorGroups, mergeErrorGroups } from "@vega/contracts";
import type { Command } from "../../log/decision.ts";
import { accept, event } from "../../log/decision.ts";
import { documentRef, put, remove } from "../../store/document-ref.ts";

const refOf = (fingerprint: string) => documentRef("errors", fingerprint);

/** Merges reported error groups into the stored ones. @param evicted fingerprints of groups that are deleted */
export function decideReportErrors(
  reported: readonly ErrorGroup[],
  evicted: readonly string[],
): Command<null> {
  return {
    reads: reported.map(({ fingerprint }) => refOf(fingerprint)),
    decide(view) {
      const merged = new Map<string, ErrorGroup>();
      for (const group of reported) {
        const { fingerprint } = group;
        const before = merged.get(fingerprint) ?? view.get(refOf(fingerprint));
        merged.set(fingerprint, mergeErrorGroups(before, group));
      }
      const events = reported.map((group, index) => {
        const { fingerprint, service, count } = group;
        return event(
          errorGroups.events.seen,
          `errors/${fingerprint}`,
          { fingerprint, service, count },
          [
            put(refOf(fingerprint), merged.get(fingerprint) ?? group),
            ...(index === 0 ? evicted.map((id) => remove(refOf(id))) : []),
          ],
        );
      });
      return accept(events, null);
    },
  };
}

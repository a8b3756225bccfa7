import type { ErrorGroup } from "@vega/contracts";
import { errorGroupSchema, errorGroups, mergeErrorGroups } from "@vega/contracts";
import type { Command, DocumentRef } from "../../log/decision.ts";
import { accept, event } from "../../log/decision.ts";

const refOf = (fingerprint: string): DocumentRef => ({ collection: "errors", id: fingerprint });

/** Takes over what a service tells. @param forgotten fingerprints that make room. */
export function seeErrors(
  told: readonly ErrorGroup[],
  forgotten: readonly string[],
): Command<null> {
  const refs = told.map(({ fingerprint }) => refOf(fingerprint));
  return {
    namespaces: [],
    documents: refs,
    decide(view) {
      const merged = new Map<string, ErrorGroup>();
      for (const group of told) {
        const { fingerprint } = group;
        const stored = view.document("errors", fingerprint);
        const before = merged.get(fingerprint) ?? (stored && errorGroupSchema.parse(stored));
        merged.set(fingerprint, mergeErrorGroups(before, group));
      }
      const events = told.map(({ fingerprint, service, count }, index) =>
        event(errorGroups.events.seen, `errors/${fingerprint}`, { fingerprint, service, count }, [
          { ...refOf(fingerprint), body: merged.get(fingerprint) ?? null },
          ...(index === 0 ? forgotten.map((id) => ({ ...refOf(id), body: null })) : []),
        ]),
      );
      return accept(events, null);
    },
  };
}

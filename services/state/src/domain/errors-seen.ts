import type { ErrorGroup } from "@vega/contracts";
import { errorGroupSchema, errorSeen } from "@vega/contracts";
import type { Command, DocumentRef } from "./decision.ts";
import { accept, event } from "./decision.ts";

const refOf = (fingerprint: string): DocumentRef => ({ collection: "errors", id: fingerprint });

/** Two tellings of one kind of error as one: counts add up, the first time stays, the newest example counts. */
export function mergeGroups(before: ErrorGroup | undefined, told: ErrorGroup): ErrorGroup {
  if (!before) return told;
  return {
    ...(told.last_seen >= before.last_seen ? told : before),
    count: before.count + told.count,
    first_seen: before.first_seen < told.first_seen ? before.first_seen : told.first_seen,
  };
}

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
        merged.set(fingerprint, mergeGroups(before, group));
      }
      const events = told.map(({ fingerprint, service, count }, index) =>
        event(errorSeen, `errors/${fingerprint}`, { fingerprint, service, count }, [
          { ...refOf(fingerprint), body: merged.get(fingerprint) ?? null },
          ...(index === 0 ? forgotten.map((id) => ({ ...refOf(id), body: null })) : []),
        ]),
      );
      return accept(events, null);
    },
  };
}

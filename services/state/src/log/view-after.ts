import type { CollectionName, DocumentOf } from "@vega/contracts";
import type { DocumentRef } from "../store/document-ref.ts";
import type { Change } from "../store/store.ts";
import type { DecisionView } from "./decision.ts";

/** The view with some changes made. */
export function after(view: DecisionView, changes: readonly Change[]): DecisionView {
  const changed = new Map<string, unknown>(
    changes.map(({ collection, id, body }) => [`${collection}/${id}`, body ?? undefined]),
  );
  return {
    ...view,
    get<Name extends CollectionName>(ref: DocumentRef<Name>) {
      const key = `${ref.collection}/${ref.id}`;
      return changed.has(key) ? (changed.get(key) as DocumentOf<Name> | undefined) : view.get(ref);
    },
  };
}

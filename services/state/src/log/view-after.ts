import type { Change } from "../store/store.ts";
import type { View } from "./decision.ts";

/** A view on which some changes were made already. */
export function after(view: View, changes: readonly Change[]): View {
  const changed = new Map(changes.map((one) => [`${one.collection}/${one.id}`, one.body]));
  return {
    ...view,
    document(collection, id) {
      const key = `${collection}/${id}`;
      return changed.has(key) ? (changed.get(key) ?? undefined) : view.document(collection, id);
    },
  };
}

import type { DocumentChange, JsonObject } from "@vega/contracts";
import { changesOf, crystalChanges, touchesCrystal, VegaError } from "@vega/contracts";
import canonicalize from "canonicalize";
import type { Store } from "../store/store.ts";
import { crystalAt } from "../history/as-of.ts";

/** Entries that are read at once. */
const PAGE = 500;

/** Collections that the log describes in full; what lies beside it (accounts, secrets) can't be rebuilt, on purpose. */
const REBUILT: ReadonlySet<string> = new Set<DocumentChange["collection"]>([
  "system_state",
  "cores",
  "agents",
  "modules",
  "memory",
  "memory_namespaces",
  "shared_preferences",
  "log_gaps",
]);

export type Replay =
  | {
      readonly same: true;
      readonly sequence: number;
      readonly entries: number;
      readonly documents: number;
    }
  /** The first difference, in the order of the documents' names; null for a missing document. */
  | {
      readonly same: false;
      readonly sequence: number;
      readonly document: string;
      readonly rebuilt: JsonObject | null;
      readonly stored: JsonObject | null;
    };

/**
 * Rebuilds the state from the log by the same function that made it, and compares it with what is stored, as canonical
 * JSON. Reads only; others may write meanwhile. Throws VegaError `not_found` where the log ends before `from`, `gone` where
 * the log was compacted there.
 * @param from begins with the crystal as of this sequence instead of with nothing, and compares the crystal alone.
 */
export async function replayLog(store: Store, from = 0): Promise<Replay> {
  const { head, documents } = await store.snapshot();
  if (from > head.sequence) {
    throw new VegaError("not_found", `the log ends at ${head.sequence}, before ${from}`);
  }
  const compared = ({ collection }: { collection: string }) =>
    from > 0 ? touchesCrystal({ collection } as DocumentChange) : REBUILT.has(collection);
  const stored = new Map<string, JsonObject>();
  for await (const document of documents) {
    if (compared(document)) stored.set(`${document.collection}/${document.id}`, document.body);
  }
  const rebuilt = new Map<string, JsonObject>();
  const apply = (changes: readonly DocumentChange[]) => {
    for (const change of changes.filter(compared)) {
      const name = `${change.collection}/${change.id}`;
      if (change.body === null) rebuilt.delete(name);
      else rebuilt.set(name, change.body);
    }
  };
  if (from > 0) apply(crystalChanges(await crystalAt(store, from)));
  let entries = 0;
  for (let after = from; after < head.sequence;) {
    const limit = Math.min(PAGE, head.sequence - after);
    // In a compacted range a page covers more sequences than it has entries.
    const page = (await store.readLog({ after, limit })).filter(
      ({ sequence }) => sequence <= head.sequence,
    );
    for (const entry of page) apply(changesOf(entry));
    entries += page.length;
    const last = page.at(-1);
    if (!last) break;
    after = last.sequence;
  }
  for (const document of [...new Set([...stored.keys(), ...rebuilt.keys()])].toSorted()) {
    const [is, was] = [stored.get(document), rebuilt.get(document)];
    if (canonicalize(is ?? null) !== canonicalize(was ?? null)) {
      const { sequence } = head;
      return { same: false, sequence, document, rebuilt: was ?? null, stored: is ?? null };
    }
  }
  return { same: true, sequence: head.sequence, entries, documents: stored.size };
}

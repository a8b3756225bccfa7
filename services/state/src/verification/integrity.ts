import { crystalFromDocuments } from "@vega/contracts";
import { firstBreak } from "../log/chain.ts";
import type { Store } from "../store/store.ts";
import { StoreCorruptError } from "../store/store.ts";
import { compactedGaps } from "../retention/compacted-ranges.ts";
import { readCrystalDocuments } from "../log/working-set.ts";

/** Entries at the end of the log whose chain is walked at every start. */
const TAIL = 500;

/**
 * Looks whether the store is sound before anything is served from it. Reads only.
 * Throws StoreCorruptError: an operator has to decide what to do; nothing is mended or replaced in silence.
 */
export async function checkIntegrity(store: Store): Promise<void> {
  const faults = await store.check("start");
  if (faults.length > 0) throw new StoreCorruptError(faults.join("; "));
  const head = await store.head();
  if (!head) return;
  if (head.relayed > head.sequence) {
    throw new StoreCorruptError(
      `the log ends at ${head.sequence}, but its entries up to ${head.relayed} were published: its end is missing`,
    );
  }
  const after = Math.max(0, head.sequence - TAIL);
  const entries = await store.readLog({ after, limit: TAIL });
  const broken = firstBreak(entries, undefined, await compactedGaps(store, after));
  if (broken) throw new StoreCorruptError(`log entry ${broken.sequence}: ${broken.reason}`);
  try {
    crystalFromDocuments(await readCrystalDocuments(store));
  } catch (error) {
    throw new StoreCorruptError(error instanceof Error ? error.message : String(error), error);
  }
}

import { users } from "@vega/contracts";
import { firstBreak, GENESIS_HASH } from "../log/chain.ts";
import type { LogEntry, Store } from "../store/store.ts";
import { StoreUnavailableError, StoreCorruptError } from "../store/store.ts";
import type { BridgedGap } from "./verify-gaps.ts";
import { createGaps } from "./verify-gaps.ts";

/** Entries that are read at once. */
const PAGE = 500;

/** A place in the log that was written down elsewhere: what the log held then it has to hold now. */
export interface Anchor {
  readonly sequence: number;
  readonly hash: string;
}

export type Verification =
  | {
      readonly sound: true;
      /** How many entries were walked, and how many of them have lost their content. */
      readonly entries: number;
      readonly erased: number;
      /** Number of entries removed by compaction, as the log records. */
      readonly thinned: number;
      /** Where they were, oldest first, and which entry's word the chain was taken on for. */
      readonly gaps: readonly BridgedGap[];
      /** The last one; undefined for an empty log. */
      readonly head: Anchor | undefined;
    }
  /** `sequence` of the first entry at fault; undefined where it is the database as a whole. */
  | { readonly sound: false; readonly sequence: number | undefined; readonly reason: string };

type Fault = Extract<Verification, { sound: false }>;

const fault = (sequence: number | undefined, reason: string): Fault => ({
  sound: false,
  sequence,
  reason,
});

/**
 * Walks the whole log from its first entry on. Reads only; others may write meanwhile.
 * Beside the chain it checks that an erasure in the log explains all missing content, and that every anchor holds. Throws StoreUnavailableError and StoreCorruptError.
 */
export async function verifyLog(
  store: Pick<Store, "head" | "readLog" | "check">,
  anchors: readonly Anchor[] = [],
): Promise<Verification> {
  const end = await headSequence(store);
  const erasures = createErasures();
  const gaps = createGaps();
  const held = new Map<number, string>();
  let before: Anchor = { sequence: 0, hash: GENESIS_HASH };
  let walked = 0;
  for (;;) {
    const page = await readPage(store, before.sequence);
    if ("sound" in page) return page;
    for (const entry of page.entries) {
      const gap = gaps.before(entry, before.sequence);
      const from = gap ? { sequence: gap.to, hash: gap.hash } : before;
      const broken = breakAt(entry, from);
      // A gap that nothing explains comes before whatever follows it.
      if (broken) return firstFault(gaps.unexplained(), broken);
      erasures.see(entry);
      gaps.see(entry);
      walked += 1;
      if (anchors.some(({ sequence }) => sequence === entry.sequence)) {
        held.set(entry.sequence, entry.hash);
      }
      before = { sequence: entry.sequence, hash: entry.hash };
    }
    if (page.entries.length === 0) break;
  }
  if (before.sequence < end) return fault(before.sequence + 1, "the entry is missing");
  const missing = gaps.unexplained();
  if (missing) return fault(missing.sequence, missing.reason);
  const open = erasures.unexplained();
  if (open) return open;
  for (const { sequence, hash } of anchors) {
    const gap = gaps.holding(sequence);
    // Of what was taken out the hash of the last one in a row is known; the chain answers for the others.
    if (gap && gap.to !== sequence) continue;
    const found = gap?.hash ?? held.get(sequence);
    if (found === undefined) {
      return fault(
        sequence,
        `the anchor's entry is missing: the log ends at entry ${before.sequence}`,
      );
    }
    if (found !== hash) return fault(sequence, "the entry is another one than the anchor's");
  }
  const [first] = await store.check("deep");
  if (first !== undefined) return fault(undefined, first);
  return {
    sound: true,
    entries: walked,
    erased: erasures.count(),
    thinned: gaps.count(),
    gaps: gaps.bridged(),
    head: before.sequence === 0 ? undefined : before,
  };
}

const firstFault = (missing: { sequence: number; reason: string } | undefined, broken: Fault) =>
  missing && missing.sequence <= (broken.sequence ?? Infinity)
    ? fault(missing.sequence, missing.reason)
    : broken;

/** What was the end at the start has to be reached. Whatever is wrong with it shows in the walk, at its place. */
async function headSequence(store: Pick<Store, "head">): Promise<number> {
  try {
    return (await store.head())?.sequence ?? 0;
  } catch (error) {
    if (error instanceof StoreUnavailableError || error instanceof StoreCorruptError) throw error;
    return 0;
  }
}

/** The next entries; where they can't be read together, one by one to find which of them it is. */
async function readPage(
  store: Pick<Store, "readLog">,
  after: number,
): Promise<{ entries: LogEntry[] } | Fault> {
  for (const limit of [PAGE, 1]) {
    try {
      return { entries: await store.readLog({ after, limit }) };
    } catch (error) {
      if (error instanceof StoreUnavailableError || error instanceof StoreCorruptError) throw error;
    }
  }
  return fault(after + 1, "the entry can't be read");
}

function breakAt(entry: LogEntry, before: Anchor): Fault | undefined {
  try {
    const broken = firstBreak([entry], before);
    return broken && fault(broken.sequence, broken.reason);
  } catch {
    // Of another shape than an entry has.
    return fault(before.sequence + 1, "the entry can't be read");
  }
}

/** Compares missing content with the erasures in the log; an erasure follows the entries that it erased. */
function createErasures() {
  const contents = new Set<number>();
  /** The first entry without its origin, by who caused it. */
  const origins = new Map<string, number>();
  let count = 0;
  return {
    see(entry: LogEntry): void {
      const { sequence, type, context, data, origin } = entry;
      if (entry.erased) {
        contents.add(sequence);
        count += 1;
        return;
      }
      const { id, origin_digest } = context.actor;
      if (origin_digest !== undefined && !origin && !origins.has(id)) origins.set(id, sequence);
      if (type !== users.events.erased.type || data === null) return;
      const { user_id, erased } = users.events.erased.data.parse(data);
      for (const one of erased) contents.delete(one);
      origins.delete(user_id);
    },
    count: () => count,
    unexplained(): Fault | undefined {
      const [content] = [...contents].toSorted((a, b) => a - b);
      const [origin] = [...origins.values()].toSorted((a, b) => a - b);
      if (content !== undefined && content < (origin ?? Infinity)) {
        return fault(content, "the content is missing, and no later entry says that it was erased");
      }
      if (origin === undefined) return undefined;
      return fault(
        origin,
        "from where it was caused is missing, and no later entry says that who caused it was erased",
      );
    },
  };
}

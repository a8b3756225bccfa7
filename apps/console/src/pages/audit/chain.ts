import { sha256 } from "./sha256.ts";

/** What the hash of an entry covers, as GET /api/audit shows it. */
export interface ChainEntry {
  readonly sequence: number;
  readonly id: string;
  readonly action: string;
  readonly time: string;
  readonly clock?: string;
  readonly digest: string;
  readonly previous_hash: string;
  readonly hash: string;
}

/** A range of entries that the log declares as compacted. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly removed: number;
}

export type Fault = "changed" | "unlinked" | "missing";

export interface Progress {
  /** Entries verified so far. */
  readonly verified: number;
  /** Entries that the log declares as compacted. */
  readonly compacted: number;
  readonly fault?: { readonly sequence: number; readonly reason: Fault };
  /** The entry that the next one precedes. */
  readonly last?: Pick<ChainEntry, "sequence" | "previous_hash">;
}

/** What the first entry has for its previous hash. */
const GENESIS = "0".repeat(64);

/** Members in the order of canonical JSON (RFC 8785); their values need no further rules. */
export function hashOf(entry: ChainEntry): string {
  const { clock, digest, id, previous_hash, sequence, time, action: type } = entry;
  return sha256(
    JSON.stringify({
      ...(clock !== undefined && { clock }),
      digest,
      id,
      previous_hash,
      sequence,
      time,
      type,
    }),
  );
}

/**
 * Verifies a page of the log, newest first, which continues the pages before it.
 * @param compacted ranges that the page declares as compacted
 */
export function verifyPage(
  before: Progress,
  entries: readonly ChainEntry[],
  compacted: readonly Range[],
): Progress {
  let { verified, last, compacted: removed } = before;
  const faultAt = (sequence: number, reason: Fault): Progress => ({
    verified,
    compacted: removed,
    fault: { sequence, reason },
  });
  for (const entry of entries) {
    if (hashOf(entry) !== entry.hash) return faultAt(entry.sequence, "changed");
    if (last) {
      const missing = last.sequence - 1 - entry.sequence;
      if (missing === 0 && last.previous_hash !== entry.hash)
        return faultAt(entry.sequence, "unlinked");
      const [first, until] = [entry.sequence + 1, last.sequence - 1];
      const isDeclared = compacted.some(({ from, to }) => from <= first && to >= until);
      if (missing !== 0 && !isDeclared) return faultAt(until, "missing");
      removed += missing;
    }
    if (entry.sequence === 1 && entry.previous_hash !== GENESIS) return faultAt(1, "unlinked");
    verified += 1;
    last = entry;
  }
  return { verified, compacted: removed, ...(last && { last }) };
}

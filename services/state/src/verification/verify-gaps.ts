import type { Thinned } from "@vega/contracts";
import { eventLog } from "@vega/contracts";
import type { LogEntry } from "../store/store.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

type Gap = Thinned["gaps"][number];

/** A gap of the log, and the sequence of the entry that tells of it: the checkpoint over it. */
export interface BridgedGap extends Gap {
  readonly by: number;
}

interface Told {
  readonly from: number;
  readonly time: string;
  readonly by: number;
}

/** By its end: where it is thinned out in the midst of a walk, a gap begins before where the walk has come to. */
const nameOf = ({ to, hash }: Gap): string => `${to}-${hash}`;

/**
 * Compares the gaps of a log with what its own entries say was taken out. Each gap has to be told by a later entry, with
 * the hash that the chain goes on from, and by one that is at least a day younger than what follows the gap: thinning
 * is for what is old.
 */
export function createGaps() {
  /** Gaps that were met, with when the entry after each was made. */
  const met: { gap: Gap; time: string }[] = [];
  /** Gaps that the log tells of; of those with the same end the widest. */
  const told = new Map<string, Told>();
  const teller = (gap: Gap): Told | undefined => {
    const found = told.get(nameOf(gap));
    return found && found.from <= gap.from ? found : undefined;
  };
  return {
    /** What is missing before an entry; undefined where it follows. */
    before(entry: LogEntry, previous: number): Gap | undefined {
      // Also not where it has no sequence: then it is no entry.
      if (!(entry.sequence > previous + 1)) return undefined;
      const gap = { from: previous + 1, to: entry.sequence - 1, hash: entry.previous_hash };
      met.push({ gap, time: entry.time });
      return gap;
    },
    see({ sequence, type, data, time }: LogEntry): void {
      if (type !== eventLog.events.thinned.type || data === null) return;
      for (const gap of eventLog.events.thinned.data.parse(data).gaps) {
        const { from = Infinity } = told.get(nameOf(gap)) ?? {};
        if (gap.from <= from) told.set(nameOf(gap), { from: gap.from, time, by: sequence });
      }
    },
    count: () => met.reduce((sum, { gap }) => sum + gap.to - gap.from + 1, 0),
    /** Every gap that was met, oldest first, with what tells of it; those that nothing explains are not among them. */
    bridged: (): BridgedGap[] =>
      met.flatMap(({ gap }) => {
        const found = teller(gap);
        return found ? [{ ...gap, by: found.by }] : [];
      }),
    /** Whether an entry of this sequence is missing; its hash where that is known. */
    holding: (sequence: number) =>
      met.find(({ gap: { from, to } }) => from <= sequence && sequence <= to)?.gap,
    /** The first gap that nothing explains, and why. */
    unexplained(): { sequence: number; reason: string } | undefined {
      for (const { gap, time } of met) {
        const found = teller(gap);
        if (found === undefined) {
          return {
            sequence: gap.from,
            reason: "the entry is missing, and no later entry says that it was taken out",
          };
        }
        if (Date.parse(found.time) - Date.parse(time) < DAY_MS) {
          return { sequence: gap.from, reason: "the entry was taken out before it was a day old" };
        }
      }
      return undefined;
    },
  };
}

import type { Thinned } from "@vega/contracts";
import { eventLog } from "@vega/contracts";
import type { LogEntry } from "../store/store.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

type Gap = Thinned["gaps"][number];

/** A gap of the log, and the sequence of the entry that records it: the checkpoint over it. */
export interface BridgedGap extends Gap {
  readonly by: number;
}

interface Checkpoint {
  readonly from: number;
  readonly time: string;
  readonly by: number;
}

/** Gaps are matched by their end: a compaction during the walk may start a gap before the walk's position. */
const nameOf = ({ to, hash }: Gap): string => `${to}-${hash}`;

/**
 * Compares the gaps of a log with its compaction entries. Each gap needs a later entry with the hash before the next
 * entry. That entry must be at least a day younger than the one after the gap: only old ranges are compacted.
 */
export function createGaps() {
  /** Gaps that were found, with the time of the entry after each. */
  const met: { gap: Gap; time: string }[] = [];
  /** Gaps that the log records; of those with the same end the widest. */
  const checkpoints = new Map<string, Checkpoint>();
  const checkpointOf = (gap: Gap): Checkpoint | undefined => {
    const found = checkpoints.get(nameOf(gap));
    return found && found.from <= gap.from ? found : undefined;
  };
  return {
    /** The gap before an entry, if any. */
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
        const { from = Infinity } = checkpoints.get(nameOf(gap)) ?? {};
        if (gap.from <= from) checkpoints.set(nameOf(gap), { from: gap.from, time, by: sequence });
      }
    },
    count: () => met.reduce((sum, { gap }) => sum + gap.to - gap.from + 1, 0),
    /** The gaps with a checkpoint, oldest first. */
    bridged: (): BridgedGap[] =>
      met.flatMap(({ gap }) => {
        const found = checkpointOf(gap);
        return found ? [{ ...gap, by: found.by }] : [];
      }),
    /** The gap that includes a sequence, if any. */
    holding: (sequence: number) =>
      met.find(({ gap: { from, to } }) => from <= sequence && sequence <= to)?.gap,
    /** The first gap without a valid checkpoint, and the reason. */
    unexplained(): { sequence: number; reason: string } | undefined {
      for (const { gap, time } of met) {
        const found = checkpointOf(gap);
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

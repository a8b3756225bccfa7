import { z } from "zod";

/** Consecutive entries that were removed from the log, inclusive. */
const gapSchema = z.object({
  from: z.int().min(2),
  to: z.int().min(2),
  /** Hash of the last removed entry, which links the chain across the gap. */
  hash: z.string(),
});

/** A compacted range of the log, with the hashes that link the chain across its gaps. */
export const thinnedSchema = z.object({
  /** The first missing sequence. Between it and `until` the past state is unknown. */
  from: z.int().min(2),
  until: z.int().min(2),
  /** Number of missing entries. */
  removed: z.int().min(1),
  /** What compaction kept: the last entry of each hour, of each day, or of each day beside entries of people. */
  stage: z.enum(["hour", "day", "audit"]),
  gaps: z.array(gapSchema).min(1),
});

export type Thinned = z.infer<typeof thinnedSchema>;

export type ThinningStage = Thinned["stage"];

/** Id of a compacted range in `log_gaps`, from its `from`; ids sort by sequence. */
export const thinnedId = (from: number): string => String(from).padStart(16, "0");

import { z } from "zod";

/** Entries of the log that are no more, in a row: from one sequence to another, both among them. */
const gapSchema = z.object({
  from: z.int().min(2),
  to: z.int().min(2),
  /** Of the last of them: what the entry after the gap follows from. The chain goes on over the gap by it. */
  hash: z.string(),
});

/** A stretch of the log that was thinned out, with the checkpoints of the chain over its gaps. */
export const thinnedSchema = z.object({
  /** The first sequence that is missing. From it on, and before `until`, the state as it was can't be told. */
  from: z.int().min(2),
  until: z.int().min(2),
  /** How many entries are missing. */
  removed: z.int().min(1),
  /** What was left of it: the last of each hour, of each day, or of each day without what people did. */
  stage: z.enum(["hour", "day", "audit"]),
  gaps: z.array(gapSchema).min(1),
});

export type Thinned = z.infer<typeof thinnedSchema>;

export type ThinningStage = Thinned["stage"];

/** A stretch's name in `log_gaps`, by its `from`; in their order, so that the one at a sequence is found. */
export const thinnedId = (from: number): string => String(from).padStart(16, "0");

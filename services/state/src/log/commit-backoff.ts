import type { CommitAttempt } from "./writer.ts";

/** Time after a conflict for which other replicas count as writing, ms. */
const OTHERS_WRITE_MS = 1_000;
/** Longest pause between two commits, ms. */
const MAX_PAUSE_MS = 250;

/**
 * Back-off between commits of several replicas. After a commit a replica pauses for about the time of one: without it,
 * it would always be ahead of a replica that has to read the new entries first, and starve that one's callers.
 */
export interface CommitBackoff {
  record(attempt: Pick<CommitAttempt, "outcome" | "startedAt" | "endedAt">): void;
  /**
   * Pause before the next commit, ms; 0 without other writers.
   * @param now of the clock that commits are timed by, in milliseconds
   * @param random from 0 up to 1
   */
  pauseMs(now: number, random: number): number;
}

export function createCommitBackoff(): CommitBackoff {
  let conflictAt = Number.NEGATIVE_INFINITY;
  /** Duration of the last successful commit. */
  let commitMs = 0;
  return {
    record({ outcome, startedAt, endedAt }) {
      if (outcome === "committed") commitMs = endedAt - startedAt;
      if (outcome === "conflict") conflictAt = endedAt;
    },
    pauseMs: (now, random) =>
      now - conflictAt > OTHERS_WRITE_MS ? 0 : Math.min(commitMs, MAX_PAUSE_MS) * (0.5 + random),
  };
}

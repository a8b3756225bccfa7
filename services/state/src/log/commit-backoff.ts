import type { CommitAttempt } from "./writer.ts";

/** How long after a conflict others are taken to be still writing, in milliseconds. */
const OTHERS_WRITE_MS = 1_000;
/** The most that is left to others between two commits, in milliseconds. */
const MAX_PAUSE_MS = 250;

/**
 * How replicas take turns at the log. Whoever has just committed leaves it to the others for about the time of a commit:
 * one that goes on at once is always ahead of who has to read first what was written, and that one's callers wait until
 * they give up.
 */
export interface Turns {
  noted(tried: Pick<CommitAttempt, "outcome" | "startedAt" | "endedAt">): void;
  /**
   * How long to wait before the next commit, in milliseconds: 0 where nobody else writes.
   * @param now of the clock that commits are timed by, in milliseconds
   * @param random from 0 up to 1
   */
  pauseMs(now: number, random: number): number;
}

export function createCommitBackoff(): Turns {
  let conflictAt = Number.NEGATIVE_INFINITY;
  /** How long the last commit took that went through. */
  let commitMs = 0;
  return {
    noted({ outcome, startedAt, endedAt }) {
      if (outcome === "committed") commitMs = endedAt - startedAt;
      if (outcome === "conflict") conflictAt = endedAt;
    },
    pauseMs: (now, random) =>
      now - conflictAt > OTHERS_WRITE_MS ? 0 : Math.min(commitMs, MAX_PAUSE_MS) * (0.5 + random),
  };
}

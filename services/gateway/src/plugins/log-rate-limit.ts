/** Limits log lines: one line of a kind in each interval, the others counted. */
export interface LogRateLimit {
  /**
   * Returns the number of suppressed lines of this kind since the last one that was written; undefined: suppress this
   * line too.
   @param now milliseconds; a clock that is set back opens a new interval
   */
  take(kind: string, now: number): number | undefined;
}

export function createLogRateLimit(intervalMs: number): LogRateLimit {
  const kinds = new Map<string, { passedAt: number; suppressed: number }>();
  return {
    take(kind, now) {
      const state = kinds.get(kind);
      if (state && now >= state.passedAt && now - state.passedAt < intervalMs) {
        state.suppressed += 1;
        return undefined;
      }
      kinds.set(kind, { passedAt: now, suppressed: 0 });
      return state?.suppressed ?? 0;
    },
  };
}
